"""A device that speaks ONVIF, for tests: a clock that is off, a log-in by digest, recording jobs. No real one is."""

import base64
import hashlib
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.etree import ElementTree

from app.watching.onvif import DEVICE, RECORDING, SECEXT, SOAP, UTILITY

TT = "http://www.onvif.org/ver10/schema"
USER, PASSWORD = "operator", "0nvif-Pa55"


@dataclass
class Recorder:
    """``skew``: its clock minus the real one. ``jobs``: state of each recording job; None: it does not offer them.

    ``answer``: said instead of anything else. ``xaddr``: host that it names for its services.
    """

    skew: timedelta = timedelta()
    jobs: tuple[str, ...] | None = ("Active",)
    answer: bytes = b""
    code: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    xaddr: str = "192.0.2.9"
    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> "Recorder":
        device = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                code, text = device.respond(body)
                self.send_response(code)
                for name, value in device.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def url(self, password: str = PASSWORD) -> str:
        return f"http://{USER}:{password}@127.0.0.1:{self.server.server_port}/onvif/device_service"

    def respond(self, body: bytes) -> tuple[int, bytes]:
        if self.answer or self.code != 200:
            return self.code, self.answer
        asked = ElementTree.fromstring(body)
        name = next(iter(asked.find(f"{{{SOAP}}}Body") or ())).tag.split("}")[1]
        self.asked.append(name)
        if name != "GetSystemDateAndTime" and not self._proved(asked):
            return 400, _envelope("<s:Fault><s:Reason><s:Text>NotAuthorized</s:Text></s:Reason></s:Fault>")
        return 200, _envelope(getattr(self, f"_{name}")(asked))

    def _proved(self, asked: ElementTree.Element) -> bool:
        token = asked.find(f".//{{{SECEXT}}}UsernameToken")
        if token is None:
            return False
        nonce = base64.b64decode(token.findtext(f"{{{SECEXT}}}Nonce") or "")
        made = token.findtext(f"{{{UTILITY}}}Created") or ""
        want = base64.b64encode(hashlib.sha1(nonce + made.encode() + PASSWORD.encode()).digest()).decode()
        age = abs(datetime.fromisoformat(made.replace("Z", "+00:00")) - (datetime.now(UTC) + self.skew))
        return token.findtext(f"{{{SECEXT}}}Password") == want and age < timedelta(seconds=30)

    def _GetSystemDateAndTime(self, _: ElementTree.Element) -> str:
        n = datetime.now(UTC) + self.skew
        time = f"<tt:Hour>{n.hour}</tt:Hour><tt:Minute>{n.minute}</tt:Minute><tt:Second>{n.second}</tt:Second>"
        date = f"<tt:Year>{n.year}</tt:Year><tt:Month>{n.month}</tt:Month><tt:Day>{n.day}</tt:Day>"
        both = f"<tt:UTCDateTime><tt:Time>{time}</tt:Time><tt:Date>{date}</tt:Date></tt:UTCDateTime>"
        inner = f"<d:SystemDateAndTime>{both}</d:SystemDateAndTime>"
        return f"<d:GetSystemDateAndTimeResponse>{inner}</d:GetSystemDateAndTimeResponse>"

    def _GetDeviceInformation(self, _: ElementTree.Element) -> str:
        parts = {"Manufacturer": "Maker", "Model": "NVR-16", "FirmwareVersion": "1.2", "SerialNumber": "SN7"}
        inner = "".join(f"<d:{k}>{v}</d:{k}>" for k, v in parts.items())
        return f"<d:GetDeviceInformationResponse>{inner}</d:GetDeviceInformationResponse>"

    def _GetServices(self, _: ElementTree.Element) -> str:
        offered = "" if self.jobs is None else (
            f"<d:Service><d:Namespace>{RECORDING}</d:Namespace>"
            f"<d:XAddr>http://{self.xaddr}/onvif/recording</d:XAddr></d:Service>"
        )  # fmt: skip
        return f"<d:GetServicesResponse>{offered}</d:GetServicesResponse>"

    def _GetRecordingJobs(self, _: ElementTree.Element) -> str:
        items = "".join(f"<r:JobItem><tt:JobToken>{n}</tt:JobToken></r:JobItem>" for n in range(len(self.jobs or ())))
        return f"<r:GetRecordingJobsResponse>{items}</r:GetRecordingJobsResponse>"

    def _GetRecordingJobState(self, asked: ElementTree.Element) -> str:
        token = asked.findtext(f".//{{{RECORDING}}}JobToken") or "0"
        state = (self.jobs or ())[int(token)]
        inner = f"<r:State><tt:RecordingToken>r</tt:RecordingToken><tt:State>{state}</tt:State></r:State>"
        return f"<r:GetRecordingJobStateResponse>{inner}</r:GetRecordingJobStateResponse>"


def _envelope(body: str) -> bytes:
    names = f'xmlns:s="{SOAP}" xmlns:d="{DEVICE}" xmlns:r="{RECORDING}" xmlns:tt="{TT}"'
    return f'<?xml version="1.0"?><s:Envelope {names}><s:Body>{body}</s:Body></s:Envelope>'.encode()
