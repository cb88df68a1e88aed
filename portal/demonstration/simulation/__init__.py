"""Fills an installation with synthetic departments, resources, rows and licenses, for benchmarks.

Everything made here says that it is synthetic (模拟) in its name, keeps all constraints of the tables, and is numbered,
so that a run that was cut off goes on at the next number and the same seed makes the same things.
"""

from portal.demonstration.simulation.departments import simulate_departments
from portal.demonstration.simulation.licenses import simulate_licenses
from portal.demonstration.simulation.records import simulate_records
from portal.demonstration.simulation.resources import simulate_resources

__all__ = ["simulate_departments", "simulate_licenses", "simulate_records", "simulate_resources"]
