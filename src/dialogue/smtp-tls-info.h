/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a TLS handshake showed, as plain data: the session, the certificates as they were sent, and what is
 * wrong with them. It is filled by whoever made the handshake and only read from then on. It knows no TLS
 * library and no sentence: the faults are ids here, their words are in diagnosis.
 *
 * All text that comes from the peer is UTF-8 and escaped by smtp_bytes_escape(). */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * SmtpTlsFaultId:
 *
 * What is wrong with a certificate or chain, most weighty first. The index of the certificate it is about goes
 * with it, see #SmtpTlsFault.
 */
typedef enum
{
  SMTP_TLS_FAULT_NO_CERTIFICATE,       /* the server sent none */
  SMTP_TLS_FAULT_MALFORMED,            /* a certificate that cannot be decoded; detail: why */
  SMTP_TLS_FAULT_REVOKED,              /* the stapled OCSP answer says so; detail: since when */
  SMTP_TLS_FAULT_NAME_MISMATCH,        /* detail: the name that was looked for */
  SMTP_TLS_FAULT_EXPIRED,              /* detail: its subject if it is a trusted one that was not sent (-1) */
  SMTP_TLS_FAULT_NOT_YET_VALID,        /* the same */
  SMTP_TLS_FAULT_SELF_SIGNED,          /* the server's certificate signs itself, and is not trusted */
  SMTP_TLS_FAULT_UNKNOWN_AUTHORITY,    /* the chain ends at a root that is not trusted; detail: its subject */
  SMTP_TLS_FAULT_MISSING_INTERMEDIATE, /* the chain ends where the issuer was not sent and is not trusted; detail: it */
  SMTP_TLS_FAULT_BAD_SIGNATURE,        /* not signed by the certificate that it names as its issuer */
  SMTP_TLS_FAULT_NOT_A_CA,             /* signed by a certificate that may not sign others; detail: its subject */
  SMTP_TLS_FAULT_WRONG_PURPOSE,        /* not made for TLS servers; detail: the purposes it has */
  SMTP_TLS_FAULT_CONSTRAINTS,          /* a rule of an issuer forbids it; detail: "names of " or "path length of " it */
  SMTP_TLS_FAULT_WEAK_KEY,             /* detail: kind and size of the key */
  SMTP_TLS_FAULT_WEAK_SIGNATURE,       /* detail: the signature algorithm */
  SMTP_TLS_FAULT_WRONG_ORDER,          /* not each followed by its issuer; detail: how it should be, "1, 3, 2"; of a
                                        * single certificate: "unrelated: " or "repeated: " and its subject */
  SMTP_TLS_FAULT_STAPLE_MISSING,       /* the certificate demands a stapled OCSP answer */
  SMTP_TLS_FAULT_STAPLE_INVALID,       /* the stapled OCSP answer is out of date, unsigned or of another; detail: why */
  SMTP_TLS_FAULT_TOO_MANY,             /* more certificates than are looked at; detail: how many came */
  SMTP_TLS_FAULT_OTHER,                /* detail: what the TLS library says */
} SmtpTlsFaultId;

#define SMTP_TLS_N_FAULTS (SMTP_TLS_FAULT_OTHER + 1)

/**
 * SmtpTlsFault:
 * @id: what is wrong
 * @certificate: index into the chain, or -1
 * @detail: (nullable): see #SmtpTlsFaultId; not translated
 */
typedef struct
{
  SmtpTlsFaultId  id;
  int             certificate;
  char           *detail;
} SmtpTlsFault;

/**
 * SmtpCertificate:
 * @der: the certificate as it was sent; empty if it is far too large
 * @malformed: (nullable): why it could not be decoded; then everything below is unset
 * @subject: distinguished name, RFC 4514
 * @issuer: the same of the issuer
 * @names: (array zero-terminated=1): subject alternative names, as "DNS:…", "IP:…", "email:…", "URI:…"
 * @serial: in hexadecimal, with colons
 * @not_before: seconds since 1970
 * @not_after: seconds since 1970
 * @key_type: "RSA", "EC/ECDSA", ...
 * @key_bits: its size
 * @key_curve: (nullable): its curve
 * @signature: the algorithm its issuer signed it with
 * @version: 3, as a rule
 * @is_ca: whether it may sign certificates
 * @path_length: how many intermediates may follow, -1 for any number
 * @key_usages: (array zero-terminated=1): RFC 5280 section 4.2.1.3, in the RFC's words
 * @purposes: (array zero-terminated=1): section 4.2.1.12: "serverAuth", "clientAuth", ... or an OID
 * @sha256: fingerprint of the whole, in hexadecimal with colons
 * @sha1: the same
 * @spki_sha256: SHA-256 of the public key as a TLSA record 3 1 1 has it: hexadecimal, no colons (RFC 6698)
 * @ocsp_uris: (array zero-terminated=1): where to ask for its status
 * @crl_uris: (array zero-terminated=1): where revocation lists are
 * @issuer_uris: (array zero-terminated=1): where its issuer's certificate is
 * @must_staple: whether it demands a stapled OCSP answer (RFC 7633)
 * @n_scts: embedded certificate transparency timestamps (RFC 6962)
 *
 * One certificate.
 */
typedef struct
{
  GBytes   *der;
  char     *malformed;
  char     *subject;
  char     *issuer;
  char    **names;
  char     *serial;
  gint64    not_before;
  gint64    not_after;
  char     *key_type;
  guint     key_bits;
  char     *key_curve;
  char     *signature;
  int       version;
  gboolean  is_ca;
  int       path_length;
  char    **key_usages;
  char    **purposes;
  char     *sha256;
  char     *sha1;
  char     *spki_sha256;
  char    **ocsp_uris;
  char    **crl_uris;
  char    **issuer_uris;
  gboolean  must_staple;
  guint     n_scts;
} SmtpCertificate;

typedef enum
{
  SMTP_OCSP_NONE,     /* no answer was stapled */
  SMTP_OCSP_GOOD,
  SMTP_OCSP_REVOKED,
  SMTP_OCSP_UNKNOWN,  /* the authority does not know the certificate */
  SMTP_OCSP_INVALID,  /* an answer came, but says nothing that can be relied on */
} SmtpOcspStatus;

/**
 * SmtpTlsInfo:
 * @version: "TLS1.3", "TLS1.2", ...
 * @cipher: the cipher suite's registered name
 * @group: (nullable): the key exchange group: "X25519", "SECP256R1", "FFDHE2048", ...
 * @group_bits: its size; 0: not known
 * @signature: (nullable): what the server signed the handshake with
 * @key_exchange: "ECDHE-RSA", ...
 * @resumed: whether an earlier session was resumed
 * @extended_master_secret: RFC 7627; always in TLS 1.3
 * @safe_renegotiation: RFC 5746; always in TLS 1.3
 * @client_certificate_asked: whether the server asked for one
 * @client_certificate_sent: whether we had one to send
 * @sni: (nullable): the server name that was sent
 * @verify_name: (nullable): the name the certificate was checked against
 * @trust: what it was checked with, for people: a file, or "system"
 * @ocsp: what the stapled answer says of the server's certificate
 * @ocsp_this_update: when that was so, seconds since 1970; 0: not said
 * @ocsp_next_update: until when; 0: not said
 * @ocsp_revoked_at: since when it is revoked; 0: it is not
 * @now: when all this was checked, seconds since 1970
 * @chain: (element-type SmtpCertificate): the certificates as sent
 * @faults: (element-type SmtpTlsFault): what is wrong, most weighty first; see
 *   smtp_tls_info_get_rejection() for whether a strict client is content
 *
 * One TLS session.
 */
typedef struct
{
  gatomicrefcount  refs;

  char            *version;
  char            *cipher;
  char            *group;
  guint            group_bits;
  char            *signature;
  char            *key_exchange;
  gboolean         resumed;
  gboolean         extended_master_secret;
  gboolean         safe_renegotiation;
  gboolean         client_certificate_asked;
  gboolean         client_certificate_sent;
  char            *sni;
  char            *verify_name;
  char            *trust;

  SmtpOcspStatus   ocsp;
  gint64           ocsp_this_update;
  gint64           ocsp_next_update;
  gint64           ocsp_revoked_at;

  gint64           now;
  GPtrArray       *chain;
  GPtrArray       *faults;
} SmtpTlsInfo;

#define SMTP_TYPE_TLS_INFO (smtp_tls_info_get_type ())
GType            smtp_tls_info_get_type    (void);

SmtpTlsInfo     *smtp_tls_info_new         (void);
SmtpTlsInfo     *smtp_tls_info_ref         (SmtpTlsInfo    *self);
void             smtp_tls_info_unref       (SmtpTlsInfo    *self);
void             smtp_tls_info_add_fault   (SmtpTlsInfo    *self,
                                            SmtpTlsFaultId  id,
                                            int             certificate,
                                            const char     *detail);
gboolean         smtp_tls_info_has_fault   (SmtpTlsInfo    *self,
                                            SmtpTlsFaultId  id);
const SmtpTlsFault *
                 smtp_tls_info_get_rejection
                                           (SmtpTlsInfo    *self);

SmtpCertificate *smtp_certificate_new      (GBytes          *der);
void             smtp_certificate_free     (SmtpCertificate *self);

const char      *smtp_tls_fault_to_id      (SmtpTlsFaultId   id);
gboolean         smtp_tls_fault_is_tolerated
                                           (SmtpTlsFaultId   id);
const char      *smtp_ocsp_status_to_id    (SmtpOcspStatus   status);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpTlsInfo, smtp_tls_info_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpCertificate, smtp_certificate_free)

G_END_DECLS
