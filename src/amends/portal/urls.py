"""Addresses of what a client sees."""

from __future__ import annotations

from django.urls import URLPattern, path

from amends.portal.views import page

urlpatterns: list[URLPattern] = [
    path("c/<str:token>", page.client_page, name="client-page-open"),
]
