"""Addresses of what a client sees."""

from __future__ import annotations

from django.urls import URLPattern, path

from amends.portal.views import colour, no_more, page

urlpatterns: list[URLPattern] = [
    path("c/look/<str:look>.css", colour.page_colour, name="client-page-colour"),
    path("c/<str:token>/no-more", no_more.no_more, name="client-page-no-more"),
    path("c/<str:token>", page.client_page, name="client-page-open"),
]
