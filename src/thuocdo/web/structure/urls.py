"""The tree of units, duties and reorganisations (under /to-chuc/co-cau/)."""

from django.urls import path

from thuocdo.web.structure import contacts, party, plans, tree

urlpatterns = [
    path("to-chuc/co-cau/", tree.tree, name="structure"),
    path("to-chuc/co-cau/don-vi/<int:unit_id>/", tree.unit, name="structure_unit"),
    path("to-chuc/co-cau/don-vi/<int:unit_id>/lien-he/", contacts.unit_contact, name="unit_contact"),
    path("to-chuc/co-cau/to-chuc-dang/", party.party, name="party_organisations"),
    path("to-chuc/co-cau/sap-xep/", plans.plans, name="reorganisations"),
    path("to-chuc/co-cau/sap-xep/<int:plan_id>/", plans.plan, name="reorganisation"),
]
