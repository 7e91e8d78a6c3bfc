"""What the settings of the console need beyond the surfaces."""

from pointsman.web.console.settings import do_not_call, reps, webhooks

handlers = [*reps.handlers, *do_not_call.handlers, *webhooks.handlers]
