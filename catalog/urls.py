"""Addresses of the catalogue's pages; ``/`` of a resource code is written ``~``."""

from django.urls import path

from catalog.views import assets, deciding, detail, editing, exceptions, files, lineage, lists

app_name = "catalog"
urlpatterns = [
    path("catalog/", lists.resources, name="resources"),
    path("catalog/mine/", lists.mine, name="mine"),
    path("catalog/register/", editing.register, name="register"),
    path("catalog/export/<str:form>/", lists.export, name="export"),
    path("catalog/assets/", assets.assets, name="assets"),
    path("catalog/assets/export/<str:form>/", assets.assets_export, name="assets_export"),
    path("catalog/<str:code>/", detail.resource, name="resource"),
    path("catalog/<str:code>/asset/", assets.asset, name="asset"),
    path("catalog/<str:code>/asset/edit/", assets.asset_edit, name="asset_edit"),
    path("catalog/<str:code>/asset/stages/", assets.asset_stages, name="asset_stages"),
    path("catalog/<str:code>/asset/cost/", assets.asset_cost, name="asset_cost"),
    path("catalog/<str:code>/lineage/", lineage.lineage, name="lineage"),
    path("catalog/<str:code>/lineage/<int:number>/take/", lineage.origin_take, name="origin_take"),
    path("catalog/<str:code>/impact/", lineage.impact, name="impact"),
    path("catalog/<str:code>/items/", detail.items, name="items"),
    path("catalog/<str:code>/versions/", detail.versions, name="versions"),
    path("catalog/<str:code>/rows/", detail.rows, name="rows"),
    path("catalog/<str:code>/history/", detail.history, name="history"),
    path("catalog/<str:code>/exceptions/", exceptions.exceptions, name="exceptions"),
    path("catalog/<str:code>/exceptions/<str:username>/end/", exceptions.exception_take, name="exception_take"),
    path("catalog/<str:code>/edit/", editing.tasks, name="tasks"),
    path("catalog/<str:code>/edit/basic/", editing.edit_basic, name="edit_basic"),
    path("catalog/<str:code>/edit/items/", editing.edit_items, name="edit_items"),
    path("catalog/<str:code>/edit/items/propose/", editing.propose_items, name="propose_items"),
    path("catalog/<str:code>/edit/attributes/", editing.edit_attributes, name="edit_attributes"),
    path("catalog/<str:code>/edit/attributes/<str:column>/", editing.edit_item, name="edit_item"),
    path("catalog/<str:code>/edit/assessments/", editing.edit_assessments, name="edit_assessments"),
    path("catalog/<str:code>/upload/", files.upload, name="upload"),
    path("catalog/<str:code>/uploads/<int:number>/", files.upload_progress, name="upload_progress"),
    path("catalog/<str:code>/uploads/<int:number>/cancel/", files.cancel, name="cancel_upload"),
    path("catalog/<str:code>/check/", deciding.check, name="check"),
    path("catalog/<str:code>/review/", deciding.review, name="review"),
    path("catalog/<str:code>/act/<str:verb>/", deciding.act, name="act"),
]
