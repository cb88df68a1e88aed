"""Reads of resources and their parts; each takes the actor and gives only what she may see."""

from django.db.models import Count, Prefetch, Q, QuerySet

from catalog.models import Amendment, Category, Item, Resource, Upload, Version
from catalog.policies import visible
from portal.kernel.actors import Actor


def resources(actor: Actor) -> QuerySet[Resource]:
    """Return the resources ``actor`` may see, without related rows (the base of searches)."""
    return Resource.objects.filter(visible(actor))


def listed(queryset: QuerySet[Resource]) -> QuerySet[Resource]:
    """Join what a line of a list prints."""
    return queryset.select_related("provider__region", "theme", "category", "current_version", "amendment").defer(
        "search_vector",
        "search_title",
        "secrecy_assessment",
        "privacy_assessment",
        "amendment__content",
        "amendment__items",
        *(f"current_version__{name}" for name in ("columns", "layout", "profile", "changes")),
    )


def detailed(actor: Actor) -> QuerySet[Resource]:
    """Return visible resources with everything a detail page needs (2 queries: the resource, its items)."""
    return (
        resources(actor)
        .select_related(
            "provider__region", "theme", "category", "current_version", "created_by", "submitted_by", "amendment"
        )
        .prefetch_related(Prefetch("items", queryset=Item.objects.order_by("position", "id")))
        .defer("search_vector", "search_title")
    )


def own_resources(actor: Actor) -> QuerySet[Resource]:
    """Return the resources of the departments the actor stands in, latest change first."""
    return listed(resources(actor).filter(provider_id__in=actor.departments())).order_by("-updated_at", "-pk")


def exchanged(actor: Actor) -> QuerySet[Resource]:
    """Return the resources that the actor's departments hold and have not retired, as the exchange writes them."""
    own = resources(actor).filter(provider_id__in=actor.departments()).exclude(state="retired")
    whole = own.select_related("provider", "category", "theme").defer("search_vector", "search_title")
    return whole.prefetch_related("items").order_by("code")


def waiting_resources(actor: Actor) -> QuerySet[Resource]:
    """Return visible resources that stand at a step somebody must take."""
    waiting = Q(state__in=("submitted", "in_review", "returned", "draft")) | Q(amendment__isnull=False)
    return listed(resources(actor).filter(waiting))


def amendments_of(resource: Resource) -> QuerySet[Amendment]:
    """Return the amendments of a resource, the open one and those that ended, newest first, without their content."""
    return Amendment.objects.filter(resource=resource).defer("content", "items").order_by("-pk")


def versions(resource: Resource) -> QuerySet[Version]:
    """Return the versions of a resource, newest first, with who made them."""
    return Version.objects.filter(resource=resource).select_related("created_by").order_by("-number")


def uploads(resource: Resource) -> QuerySet[Upload]:
    """Return the files handed in for a resource, newest first."""
    return (
        Upload.objects.filter(resource=resource).select_related("created_by", "version").order_by("-created_at", "-pk")
    )


def themes() -> QuerySet[Category]:
    """Return the themes in the order of their codes."""
    return Category.objects.filter(kind=2).order_by("code")


def classes() -> QuerySet[Category]:
    """Return all classes with how many resources each holds."""
    return Category.objects.annotate(resource_count=Count("resources")).order_by("code")
