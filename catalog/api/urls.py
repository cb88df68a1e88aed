"""Addresses of the catalogue's API, below ``/api/v1/``; ``/`` of a resource code is written ``~``."""

from django.urls import path

from catalog.api import (
    assessments,
    assets,
    batches,
    code_sets,
    columns,
    deletions,
    elements,
    handovers,
    overviews,
    quality,
    sources,
    standards,
    transfers,
    uploads,
    versions,
    views,
)

urlpatterns = [
    path("catalog/batches/", batches.BatchList.as_view(), name="api_catalog_batches"),
    path("catalog/batches/bulk", batches.BulkEdit.as_view(), name="api_catalog_bulk"),
    path("catalog/batches/<int:number>/", batches.BatchDetail.as_view(), name="api_catalog_batch"),
    path("catalog/batches/<int:number>/<str:verb>", batches.BatchVerb.as_view(), name="api_catalog_batch_verb"),
    path("catalog/columns/", columns.ColumnList.as_view(), name="api_catalog_columns"),
    path("catalog/exchange/", batches.Exchange.as_view(), name="api_catalog_exchange"),
    path("catalog/completeness/", overviews.Completeness.as_view(), name="api_catalog_completeness"),
    path("catalog/handovers/", handovers.HandOverList.as_view(), name="api_catalog_handovers"),
    path("catalog/handovers/<str:number>/", handovers.HandOverDetail.as_view(), name="api_catalog_handover"),
    path(
        "catalog/handovers/<str:number>/<str:verb>", handovers.HandOverVerb.as_view(), name="api_catalog_handover_verb"
    ),
    path("catalog/tree/<str:kind>/", overviews.CatalogTree.as_view(), name="api_catalog_tree"),
    path("catalog/resources/", views.ResourceList.as_view(), name="api_catalog_resources"),
    path("catalog/resources/<str:code>/", views.ResourceDetail.as_view(), name="api_catalog_resource"),
    path("catalog/resources/<str:code>/items/", views.ResourceItems.as_view(), name="api_catalog_items"),
    path(
        "catalog/resources/<str:code>/versions/<int:version>/",
        versions.ResourceVersion.as_view(),
        name="api_catalog_version",
    ),
    path(
        "catalog/resources/<str:code>/versions/<int:version>/rows",
        versions.VersionRows.as_view(),
        name="api_catalog_version_rows",
    ),
    path(
        "catalog/resources/<str:code>/versions/<int:version>/compare/<int:other>/",
        versions.VersionComparison.as_view(),
        name="api_catalog_compare",
    ),
    path("catalog/resources/<str:code>/deletions/", deletions.DeletionList.as_view(), name="api_catalog_deletions"),
    path(
        "catalog/resources/<str:code>/deletions/<str:number>/",
        deletions.DeletionDetail.as_view(),
        name="api_catalog_deletion",
    ),
    path(
        "catalog/resources/<str:code>/deletions/<str:number>/<str:verb>",
        deletions.DeletionVerb.as_view(),
        name="api_catalog_deletion_verb",
    ),
    path("catalog/resources/<str:code>/versions/", views.ResourceVersions.as_view(), name="api_catalog_versions"),
    path("catalog/resources/<str:code>/versions/tus/", transfers.TransferList.as_view(), name="api_catalog_tus"),
    path(
        "catalog/resources/<str:code>/versions/tus/<uuid:token>",
        transfers.TransferDetail.as_view(),
        name="api_catalog_transfer",
    ),
    path("catalog/resources/<str:code>/tolerance/", uploads.ResourceTolerance.as_view(), name="api_catalog_tolerance"),
    path(
        "catalog/resources/<str:code>/uploads/<int:number>/",
        views.ResourceUpload.as_view(),
        name="api_catalog_upload",
    ),
    path(
        "catalog/resources/<str:code>/uploads/<int:number>/rejects/",
        uploads.UploadRejects.as_view(),
        name="api_catalog_upload_rejects",
    ),
    path(
        "catalog/resources/<str:code>/uploads/<int:number>/<str:verb>",
        uploads.UploadVerb.as_view(),
        name="api_catalog_upload_verb",
    ),
    path("catalog/resources/<str:code>/sources/", sources.SourceList.as_view(), name="api_catalog_sources"),
    path(
        "catalog/resources/<str:code>/sources/<int:number>/runs/",
        sources.RunList.as_view(),
        name="api_catalog_source_runs",
    ),
    path(
        "catalog/resources/<str:code>/sources/<int:number>/runs/<int:run>/",
        sources.RunDetail.as_view(),
        name="api_catalog_source_run",
    ),
    path(
        "catalog/resources/<str:code>/sources/<int:number>/runs/<int:run>/cancel",
        sources.RunCancel.as_view(),
        name="api_catalog_source_run_cancel",
    ),
    path(
        "catalog/resources/<str:code>/sources/<int:number>/<str:verb>",
        sources.SourceVerb.as_view(),
        name="api_catalog_source_verb",
    ),
    path("catalog/standards/elements/", standards.ElementList.as_view(), name="api_catalog_elements"),
    path(
        "catalog/standards/elements/<slug:identifier>/", standards.ElementDetail.as_view(), name="api_catalog_element"
    ),
    path(
        "catalog/standards/elements/<slug:identifier>/<int:version>/",
        elements.ElementVersion.as_view(),
        name="api_catalog_element_version",
    ),
    path(
        "catalog/standards/elements/<slug:identifier>/<int:version>/<str:verb>",
        elements.ElementVerb.as_view(),
        name="api_catalog_element_verb",
    ),
    path("catalog/standards/elements/import", elements.ElementImportView.as_view(), name="api_catalog_element_import"),
    path("catalog/standards/code-sets/", standards.CodeSetList.as_view(), name="api_catalog_code_sets"),
    path(
        "catalog/standards/code-sets/<slug:code_set>/", standards.CodeSetDetail.as_view(), name="api_catalog_code_set"
    ),
    path(
        "catalog/standards/code-sets/<slug:code_set>/versions/",
        code_sets.CodeSetVersions.as_view(),
        name="api_catalog_code_set_versions",
    ),
    path(
        "catalog/standards/code-sets/<slug:code_set>/<slug:number>/codes",
        code_sets.CodeSetCodes.as_view(),
        name="api_catalog_code_set_codes",
    ),
    path(
        "catalog/standards/code-sets/<slug:code_set>/<slug:number>/<str:verb>",
        code_sets.CodeSetVerb.as_view(),
        name="api_catalog_code_set_verb",
    ),
    path(
        "catalog/resources/<str:code>/standards/", standards.ResourceStandards.as_view(), name="api_catalog_standards"
    ),
    path(
        "catalog/resources/<str:code>/assessments/",
        assessments.AssessmentList.as_view(),
        name="api_catalog_assessments",
    ),
    path(
        "catalog/resources/<str:code>/assessments/<int:number>/file",
        assessments.AssessmentFile.as_view(),
        name="api_catalog_assessment_file",
    ),
    path(
        "catalog/resources/<str:code>/assessments/<int:number>/approve",
        assessments.AssessmentApproval.as_view(),
        name="api_catalog_assessment_approve",
    ),
    path("catalog/resources/<str:code>/quality/", quality.ResourceQuality.as_view(), name="api_catalog_quality"),
    path(
        "catalog/resources/<str:code>/quality/rules/",
        quality.ResourceQualityRules.as_view(),
        name="api_catalog_quality_rules",
    ),
    path(
        "catalog/resources/<str:code>/quality/rules/<str:key>/",
        quality.ResourceQualityRule.as_view(),
        name="api_catalog_quality_rule",
    ),
    path("catalog/tickets/", quality.TicketList.as_view(), name="api_catalog_tickets"),
    path("catalog/tickets/<str:number>/<str:verb>", quality.TicketVerb.as_view(), name="api_catalog_ticket_verb"),
    path("catalog/assets/", assets.AssetList.as_view(), name="api_catalog_assets"),
    path("catalog/resources/<str:code>/lineage/", assets.ResourceLineage.as_view(), name="api_catalog_lineage"),
    path("catalog/resources/<str:code>/impact/", assets.ResourceImpact.as_view(), name="api_catalog_impact"),
    path("catalog/resources/<str:code>/<str:verb>", views.ResourceVerb.as_view(), name="api_catalog_verb"),
]
