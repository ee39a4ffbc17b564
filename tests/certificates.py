"""A certificate authority of the tests' own, for an hour: one certificate that it signed, one that nobody did."""

import datetime as dt
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LIFE = dt.timedelta(days=800)  # the tests' clocks are set back and forth


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(subject, key, issuer, issuer_key, *, names=()):
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder().subject_name(_name(subject)).issuer_name(_name(issuer)).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - LIFE).not_valid_after(now + LIFE)
        .add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
    )  # fmt: skip
    if names:
        built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in names]), critical=False)
    return built.sign(issuer_key, hashes.SHA256())


def _write(path, *parts):
    path.write_bytes(b"".join(parts))
    return path


def certificates(folder: Path, names: list[str]):
    """(file of the authority, pairs of certificate and key): one that it signed for these names, one that it did not
    sign, and one that it signed for another name.
    """
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(4)]
    pem = serialization.Encoding.PEM
    secret = [each.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()) for each in keys]
    authority = _certificate("tests", keys[0], "tests", keys[0])
    signed = _certificate("signed", keys[1], "tests", keys[0], names=names)
    unsigned = _certificate("unsigned", keys[2], "unsigned", keys[2], names=names)
    misnamed = _certificate("misnamed", keys[3], "tests", keys[0], names=["elsewhere.example"])
    pairs = [
        (_write(folder / f"{n}.pem", each.public_bytes(pem)), _write(folder / f"{n}.key", secret[n]))
        for n, each in enumerate((signed, unsigned, misnamed), start=1)
    ]
    return _write(folder / "authority.pem", authority.public_bytes(pem)), pairs
