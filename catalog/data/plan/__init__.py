"""Plans: what may be delivered, what is asked for, and the narrowing of one by the other."""

from catalog.data.plan.asked import AskedPlan
from catalog.data.plan.conditions import Condition
from catalog.data.plan.groups import Group, Part, leaves
from catalog.data.plan.model import DeliveryPlan, PlanColumn, whole_plan
from catalog.data.plan.narrow import intersect

__all__ = ["AskedPlan", "Condition", "DeliveryPlan", "Group", "Part", "PlanColumn", "intersect", "leaves", "whole_plan"]
