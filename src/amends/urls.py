"""Every address of the desk."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("amends.portal.urls")), path("", include("amends.web.urls"))]
handler400 = "amends.web.views.error.bad_request"
handler403 = "amends.web.views.error.forbidden"
handler404 = "amends.web.views.error.not_found"
handler500 = "amends.web.views.error.broken"
