"""The catalogue of products of an agency (under /danh-muc/)."""

from django.urls import path

from thuocdo.web.catalogues import drafting, inventories, proposals, reading

urlpatterns = [
    path("danh-muc/", reading.catalogue, name="catalogue"),
    path("danh-muc/<int:agency_id>/danh-muc.xlsx", reading.catalogue_file, name="catalogue_file"),
    path("danh-muc/san-pham/<int:product_id>/", reading.product, name="catalogue_product"),
    path("danh-muc/khac-nhau/<int:before_id>/<int:after_id>/", reading.compare, name="catalogue_compare"),
    path("danh-muc/ra-soat/", inventories.listing, name="inventories"),
    path("danh-muc/ra-soat/<int:inventory_id>/", inventories.one, name="inventory"),
    path("danh-muc/du-thao/", drafting.begin, name="catalogue_begin"),
    path("danh-muc/du-thao/<int:catalogue_id>/", drafting.draft, name="catalogue_draft"),
    path("danh-muc/du-thao/<int:catalogue_id>/dong/", drafting.new_line, name="catalogue_line_new"),
    path("danh-muc/du-thao/<int:catalogue_id>/dong/<int:line_id>/", drafting.line, name="catalogue_line"),
    path("danh-muc/du-thao/<int:catalogue_id>/gop/", drafting.merge, name="catalogue_merge"),
    path("danh-muc/du-thao/<int:catalogue_id>/du-thao.xlsx", drafting.draft_file, name="catalogue_draft_file"),
    path("danh-muc/de-xuat/", proposals.listing, name="product_proposals"),
    path("danh-muc/de-xuat/<int:proposal_id>/", proposals.one, name="product_proposal"),
]
