"""Addresses of opening: the public ones as CKAN's (interfaces.md §3), the working side under /opening/."""

from django.urls import path, re_path

from opening.views import dataset, downloads, engines, explorer, office, organizations, search

_NAME = r"(?P<name>[a-z0-9][a-z0-9_-]{1,99})"
_FILE = r"(?P<file_id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"

urlpatterns = [
    path("developers/songhua.share", engines.open_profile, name="open_profile"),
    path("dataset/", search.dataset_list, name="dataset_list"),
    re_path(rf"^dataset/{_NAME}/?$", dataset.dataset, name="dataset"),
    re_path(rf"^dataset/{_NAME}/data/?$", dataset.dataset_data, name="dataset_data"),
    re_path(rf"^dataset/{_NAME}/fields/?$", dataset.dataset_fields, name="dataset_fields"),
    re_path(rf"^dataset/{_NAME}/versions/?$", dataset.dataset_versions, name="dataset_versions"),
    re_path(rf"^dataset/{_NAME}/resource/{_FILE}/?$", explorer.dataset_resource, name="dataset_resource"),
    re_path(
        rf"^dataset/{_NAME}/resource/{_FILE}/download/(?P<file>[^/]+)$", downloads.dataset_file, name="dataset_file"
    ),
    re_path(rf"^datastore/dump/{_FILE}/?$", downloads.datastore_dump, name="datastore_dump"),
    path("organization/", organizations.organization_list, name="organization_list"),
    re_path(r"^organization/(?P<name>[\w-]+)/?$", organizations.organization, name="organization"),
    re_path(r"^group/(?P<theme>[\w-]+)/?$", organizations.group, name="group"),
    path("opening/", office.publication_list, name="publication_list"),
    path("opening/publications/new/", office.publication_new, name="publication_new"),
    path("opening/publications/<slug:name>/", office.publication, name="publication"),
    path("opening/publications/<slug:name>/edit/", office.publication_edit, name="publication_edit"),
    path("opening/publications/<slug:name>/<slug:verb>/", office.publication_verb, name="publication_verb"),
]
