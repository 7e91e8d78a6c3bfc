"""Leads: find them among many, do the same to many, take them along as a file, and all there is to one."""

from pointsman.web.console.leads import bulk, export, listing, page, timeline, why

handlers = [
    *listing.handlers,
    *export.handlers,
    *bulk.handlers,
    *page.handlers,
    *timeline.handlers,
    *why.handlers,
]

__all__ = ["handlers"]
