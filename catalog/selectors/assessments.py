"""Reads of assessment documents."""

from django.db.models import QuerySet

from catalog.models import AssessmentDocument, Resource


def assessment_documents(resource: Resource) -> QuerySet[AssessmentDocument]:
    """Return the documents of a resource, newest first (1 query). The caller has checked that they may be seen."""
    return AssessmentDocument.objects.filter(resource=resource).select_related("created_by", "approved_by")
