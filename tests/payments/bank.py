"""A stand-in for Stripe on this machine: the few addresses our gateway calls, idempotent as the real one."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests import standing_in


class Bank:
    """What the stand-in keeps, and how it behaves; `asked` is every call with its idempotency key."""

    def __init__(self) -> None:
        self.sessions: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, tuple[int, dict[str, Any]]] = {}
        self.asked: list[tuple[str, str, str]] = []
        self.broken: tuple[int, dict[str, Any]] | None = None
        self.refund_status = "succeeded"

    def answer(self, method: str, path: str, fields: dict[str, str], key: str) -> tuple[int, dict[str, Any]]:
        self.asked.append((method, path, key))
        if self.broken is not None:
            return self.broken
        if key and key in self.answers:
            return self.answers[key]
        told = self._act(method, path.removeprefix("/v1/").split("/"), fields)
        if key:
            self.answers[key] = told
        return told

    def _act(self, method: str, path: list[str], fields: dict[str, str]) -> tuple[int, dict[str, Any]]:
        match method, path:
            case "POST", ["checkout", "sessions"]:
                told = self._begin(fields)
            case "GET", ["checkout", "sessions", name]:
                told = self.sessions[name]
            case "POST", ["checkout", "sessions", name, "expire"]:
                told = self.sessions[name]
                told["status"] = "expired"
            case "POST", ["payment_intents", name, verb]:
                captured = int(fields.get("amount_to_capture", 0))
                told = self._intent(name, "succeeded" if verb == "capture" else "canceled", captured)
            case _:
                amount = int(fields["amount"])
                told = {"object": "refund", "id": "re_1", "status": self.refund_status, "amount": amount}
        return 200, told

    def _begin(self, fields: dict[str, str]) -> dict[str, Any]:
        name = f"cs_{len(self.sessions) + 1}"
        self.sessions[name] = {
            "object": "checkout.session", "id": name, "status": "open", "payment_status": "unpaid",
            "url": f"https://checkout.stripe.example/{name}", "payment_intent": None,
            "amount_total": int(fields["line_items[0][price_data][unit_amount]"]),
            "client_reference_id": fields["client_reference_id"], "asked": fields,
        }  # fmt: skip
        return self.sessions[name]

    def _intent(self, name: str, status: str, received: int) -> dict[str, Any]:
        for session in self.sessions.values():
            intent = session["payment_intent"]
            if intent and intent["id"] == name:
                intent.update(status=status, amount_received=received)
                return dict(intent)
        raise KeyError(name)

    def pays(self, name: str) -> None:
        """Let the payer pay on Stripe's page, or have the money reserved there."""
        session = self.sessions[name]
        manual = session["asked"]["payment_intent_data[capture_method]"] == "manual"
        session.update(status="complete", payment_status="paid")
        session["payment_intent"] = {
            "object": "payment_intent", "id": f"pi_{name}",
            "status": "requires_capture" if manual else "succeeded",
            "amount_received": 0 if manual else session["amount_total"],
        }  # fmt: skip


def serve(bank: Bank) -> tuple[ThreadingHTTPServer, str]:
    """Serve the bank until it is shut down, and return its address."""

    def answer(asked: BaseHTTPRequestHandler, path: str, fields: dict[str, str]) -> tuple[int, bytes]:
        key = asked.headers.get("Idempotency-Key", "") if asked.command == "POST" else ""
        status, told = bank.answer(asked.command, path, fields, key)
        return status, json.dumps(told).encode()

    return standing_in.serve(answer)
