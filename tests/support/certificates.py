"""Certificates for a test: an authority, and what it or another one signs."""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from alignak.net.tls import TlsFiles

DAY = datetime.timedelta(days=1)


class Authority:
    """Signs certificates and writes them to a folder."""

    def __init__(self, folder: Path, name: str = "Test authority") -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        self._certificate = self._signed(self._name, self._key, {}, is_authority=True)
        self.path = str(folder / f"{name.replace(' ', '-')}.pem")
        Path(self.path).write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def issue(
        self,
        name: str,
        hosts: tuple[str, ...] = ("localhost",),
        addresses: tuple[str, ...] = ("127.0.0.1",),
        days: tuple[int, int] = (-1, 1),
        trust: bool = True,
    ) -> TlsFiles:
        """Return the files of a new certificate; ``trust`` adds this authority to them."""
        key = ec.generate_private_key(ec.SECP256R1())
        alternatives: list[x509.GeneralName] = [x509.DNSName(each) for each in hosts]
        alternatives += [x509.IPAddress(ipaddress.ip_address(each)) for each in addresses]
        certificate = self._signed(_named(name), key, {"hosts": alternatives}, days=days)
        cert, private = self._folder / f"{name}.crt", self._folder / f"{name}.key"
        cert.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return TlsFiles(str(cert), str(private), self.path if trust else "")

    def with_revoked(self, files: TlsFiles) -> str:
        """Return the path of the authority together with a list that revokes a certificate."""
        serial = x509.load_pem_x509_certificate(Path(files.server_cert).read_bytes()).serial_number
        now = datetime.datetime.now(datetime.UTC)
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now - DAY).build()
        builder = x509.CertificateRevocationListBuilder().issuer_name(self._name).last_update(now - DAY)
        revoked = builder.next_update(now + DAY).add_revoked_certificate(entry).sign(self._key, hashes.SHA256())
        path = self._folder / "authority-and-revoked.pem"
        path.write_bytes(Path(self.path).read_bytes() + revoked.public_bytes(serialization.Encoding.PEM))
        return str(path)

    def _signed(
        self,
        name: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        extra: dict[str, list[x509.GeneralName]],
        days: tuple[int, int] = (-1, 1),
        is_authority: bool = False,
    ) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + days[0] * DAY)
            .not_valid_after(now + days[1] * DAY)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        if is_authority:
            usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
            builder = builder.add_extension(usage, critical=True)
        if extra.get("hosts"):
            builder = builder.add_extension(x509.SubjectAlternativeName(extra["hosts"]), critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
