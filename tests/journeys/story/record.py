"""The record: the auditor finds every act, and the chain is confirmed."""

import json

from tests.journeys.story.story import Story


def audit(story: Story) -> None:
    """The auditor finds every act, and the chain is confirmed."""
    auditor = story.person("sjj.audit")
    for action in (
        "catalog.submit",
        "catalog.approve",
        "catalog.return",
        "catalog.publish",
        "sharing.request.consent",
        "sharing.request.approve",
        "sharing.grant.suspend",
        "gate.disclose",
        "opening.publish",
        "licenses.license.revoke",
        "accounts.sign_in",
    ):
        auditor.visit(f"/audit/?action={action}")
        assert auditor.page.locator("main tbody tr").count() >= 1, f"{action} is not in the record"
    done = story.product.manage("verify_audit")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout.strip().splitlines()[-1])["records"] > 0
    auditor.visit("/audit/")
    auditor.close()
