/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/smtp-tls.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/ocsp.h>
#include <string.h>
#include <unistd.h>

#include "session/smtp-certificate.h"

#define MOST_HANDSHAKE (2 * 1024 * 1024)  /* bytes of a handshake; a chain of certificates is most of it */
#define SMALLEST_DH    256                /* bits; in surveys alone */
#define LONGEST_RECORD 16384              /* RFC 8446 section 5.1 */

struct _SmtpTls
{
  gnutls_session_t  session;
  SmtpTlsSettings  *settings;      /* of a client */
  char             *sni;
  char             *keylog_file;

  GByteArray       *input;         /* encrypted, from the peer */
  gsize             taken;         /* of it, by the library */
  gsize             total;         /* bytes the library took in the handshake */
  gboolean          input_ended;
  gboolean          saw_end;       /* the library has seen that it ended */
  GByteArray       *output;        /* encrypted, for the peer */

  gboolean          done;
  gboolean          checked;       /* the first bytes of the peer were TLS */
  gboolean          said_goodbye;
};

G_DEFINE_QUARK (smtp-tls-error-quark, smtp_tls_error)

/* RFC 8446 section 6, and what older versions had beyond it. */
static const struct
{
  guint8      number;
  const char *name;
} alerts[] = {
  { 0, "close_notify" }, { 10, "unexpected_message" }, { 20, "bad_record_mac" }, { 21, "decryption_failed" },
  { 22, "record_overflow" }, { 30, "decompression_failure" }, { 40, "handshake_failure" }, { 41, "no_certificate" },
  { 42, "bad_certificate" }, { 43, "unsupported_certificate" }, { 44, "certificate_revoked" },
  { 45, "certificate_expired" }, { 46, "certificate_unknown" }, { 47, "illegal_parameter" }, { 48, "unknown_ca" },
  { 49, "access_denied" }, { 50, "decode_error" }, { 51, "decrypt_error" }, { 60, "export_restriction" },
  { 70, "protocol_version" }, { 71, "insufficient_security" }, { 80, "internal_error" },
  { 86, "inappropriate_fallback" }, { 90, "user_canceled" }, { 100, "no_renegotiation" }, { 109, "missing_extension" },
  { 110, "unsupported_extension" }, { 111, "certificate_unobtainable" }, { 112, "unrecognized_name" },
  { 113, "bad_certificate_status_response" }, { 114, "bad_certificate_hash_value" }, { 115, "unknown_psk_identity" },
  { 116, "certificate_required" }, { 120, "no_application_protocol" },
};

/* Until it is known that the peer speaks TLS nothing is taken: all of what else it says is to be shown. */
static gboolean
has_input (SmtpTls *self)
{
  return self->taken < self->input->len && (self->checked || self->input_ended);
}

static ssize_t
pull (gnutls_transport_ptr_t  data,
      void                   *buffer,
      size_t                  size)
{
  SmtpTls *self = data;
  gsize n = MIN (size, self->input->len - self->taken);

  if (!has_input (self))
    {
      self->saw_end = self->input_ended;
      if (self->input_ended)
        return 0;
      gnutls_transport_set_errno (self->session, EAGAIN);
      return -1;
    }

  memcpy (buffer, self->input->data + self->taken, n);
  self->taken += n;
  self->total += self->done ? 0 : n;
  if (self->taken == self->input->len)
    {
      g_byte_array_set_size (self->input, 0);
      self->taken = 0;
    }

  return (ssize_t) n;
}

static int
is_pullable (gnutls_transport_ptr_t data,
             unsigned int           timeout_ms)
{
  SmtpTls *self = data;

  return has_input (self) || self->input_ended ? 1 : 0;
}

static ssize_t
push (gnutls_transport_ptr_t  data,
      const void             *bytes,
      size_t                  length)
{
  SmtpTls *self = data;

  g_byte_array_append (self->output, bytes, (guint) length);

  return (ssize_t) length;
}

/* A line a secret, as Wireshark reads them; the file is for its owner alone. One write, so that several
 * connections can share it. */
static int
log_key (gnutls_session_t      session,
         const char           *label,
         const gnutls_datum_t *secret)
{
  SmtpTls *self = gnutls_session_get_ptr (session);
  gnutls_datum_t random;
  g_autoptr (GString) line = g_string_new (label);
  int fd = open (self->keylog_file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
  gboolean written;

  if (fd < 0)
    return GNUTLS_E_FILE_ERROR;

  gnutls_session_get_random (session, &random, NULL);
  g_string_append_c (line, ' ');
  for (guint i = 0; i < random.size; i++)
    g_string_append_printf (line, "%02x", random.data[i]);
  g_string_append_c (line, ' ');
  for (guint i = 0; i < secret->size; i++)
    g_string_append_printf (line, "%02x", secret->data[i]);
  g_string_append_c (line, '\n');

  written = write (fd, line->str, line->len) == (ssize_t) line->len;
  close (fd);
  gnutls_memset (line->str, 0, line->len);

  return written ? 0 : GNUTLS_E_FILE_ERROR;
}

/* What a call of the library left: a result, and the error that goes with a failure. */
static SmtpTlsResult
fail (SmtpTls  *self,
      int       code,
      GError  **error)
{
  if (code == GNUTLS_E_FATAL_ALERT_RECEIVED)
    {
      gnutls_alert_description_t number = gnutls_alert_get (self->session);
      const char *name = NULL;

      for (gsize i = 0; i < G_N_ELEMENTS (alerts); i++)
        {
          if (alerts[i].number == number)
            name = alerts[i].name;
        }
      g_set_error (error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_ALERT, "%s (%d)", name != NULL ? name : "alert", (int) number);
    }
  else if (code == GNUTLS_E_PREMATURE_TERMINATION || code == GNUTLS_E_SESSION_EOF || self->saw_end)
    {
      /* In the middle of a record the library has other words for it. */
      g_set_error_literal (error, SMTP_TLS_ERROR, self->done ? SMTP_TLS_ERROR_TRUNCATED : SMTP_TLS_ERROR_CLOSED,
                           gnutls_strerror (GNUTLS_E_PREMATURE_TERMINATION));
    }
  else
    {
      /* The peer is told why; if it is told in time is up to whoever carries the bytes. */
      gnutls_alert_send_appropriate (self->session, code);
      g_set_error_literal (error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_FAILED, gnutls_strerror (code));
    }

  return SMTP_TLS_FAILED;
}

/* What to do when the library wants more: it is called again while there is something to see, be it the end. */
static int
weigh_hunger (SmtpTls *self)
{
  if (self->saw_end)
    return GNUTLS_E_PREMATURE_TERMINATION;

  return has_input (self) || self->input_ended ? GNUTLS_E_INTERRUPTED : GNUTLS_E_AGAIN;
}

/* Whether the first bytes can be a TLS record: a content type of 20 to 24, then version 3.x. */
static gboolean
is_tls (SmtpTls *self)
{
  gsize length = self->input->len - self->taken;
  const guint8 *bytes;

  if (self->checked || length == 0)
    return TRUE;

  bytes = self->input->data + self->taken;
  if (bytes[0] < 0x14 || bytes[0] > 0x18 || (length > 1 && bytes[1] != 0x03))
    return FALSE;

  self->checked = length > 1;

  return TRUE;
}

static SmtpTls *
new_session (unsigned int flags)
{
  SmtpTls *self = g_new0 (SmtpTls, 1);

  self->input = g_byte_array_new ();
  self->output = g_byte_array_new ();
  gnutls_init (&self->session, flags | GNUTLS_NONBLOCK);
  gnutls_session_set_ptr (self->session, self);
  gnutls_transport_set_ptr (self->session, self);
  gnutls_transport_set_pull_function (self->session, pull);
  gnutls_transport_set_pull_timeout_function (self->session, is_pullable);
  gnutls_transport_set_push_function (self->session, push);
  gnutls_handshake_set_max_packet_length (self->session, MOST_HANDSHAKE);
  /* Whoever carries the bytes has the time-outs. */
  gnutls_handshake_set_timeout (self->session, GNUTLS_INDEFINITE_TIMEOUT);

  return self;
}

static gboolean
check (int      code,
       GError **error)
{
  if (code >= 0)
    return TRUE;

  g_set_error_literal (error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_FAILED, gnutls_strerror (code));

  return FALSE;
}

/**
 * smtp_tls_new_client:
 * @settings: what to offer, and who we are
 * @sni: (nullable): the server name to send (RFC 6066 section 3); no address, and no dot at its end
 * @error: return location for an #SmtpTlsError
 *
 * Returns: (transfer full) (nullable): the client's end, before its first byte
 */
SmtpTls *
smtp_tls_new_client (SmtpTlsSettings  *settings,
                     const char       *sni,
                     GError          **error)
{
  /* The certificate that was given is sent, whoever the server says it accepts: else a server that rejects its
   * authority would seem to have got none. */
  g_autoptr (SmtpTls) self = new_session (GNUTLS_CLIENT | GNUTLS_FORCE_CLIENT_CERT);

  self->settings = smtp_tls_settings_ref (settings);
  self->sni = g_strdup (sni);
  self->keylog_file = g_strdup (smtp_tls_settings_get_keylog_file (settings));

  if (!check (gnutls_priority_set (self->session, smtp_tls_settings_get_priority (settings)), error) ||
      !check (gnutls_credentials_set (self->session, GNUTLS_CRD_CERTIFICATE,
                                      smtp_tls_settings_get_credentials (settings)), error) ||
      !check (gnutls_credentials_set (self->session, GNUTLS_CRD_ANON, smtp_tls_settings_get_anonymous (settings)), error) ||
      !check (gnutls_ocsp_status_request_enable_client (self->session, NULL, 0, NULL), error))
    return NULL;
  if (sni != NULL && !check (gnutls_server_name_set (self->session, GNUTLS_NAME_DNS, sni, strlen (sni)), error))
    return NULL;
  if (smtp_tls_settings_is_exploring (settings))
    gnutls_dh_set_prime_bits (self->session, SMALLEST_DH);
  if (self->keylog_file != NULL)
    gnutls_session_set_keylog_function (self->session, log_key);

  return g_steal_pointer (&self);
}

/**
 * smtp_tls_new_server:
 * @credentials: the server's certificates; must outlive the session
 * @priority: a GnuTLS priority string
 * @error: return location for an #SmtpTlsError
 *
 * Returns: (transfer full) (nullable): the server's end, before its first byte
 */
SmtpTls *
smtp_tls_new_server (gnutls_certificate_credentials_t   credentials,
                     const char                        *priority,
                     GError                           **error)
{
  g_autoptr (SmtpTls) self = new_session (GNUTLS_SERVER);

  if (!check (gnutls_priority_set_direct (self->session, priority, NULL), error) ||
      !check (gnutls_credentials_set (self->session, GNUTLS_CRD_CERTIFICATE, credentials), error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * smtp_tls_free:
 * @self: (transfer full): one end
 */
void
smtp_tls_free (SmtpTls *self)
{
  g_return_if_fail (self != NULL);

  gnutls_deinit (self->session);
  g_clear_pointer (&self->settings, smtp_tls_settings_unref);
  g_free (self->sni);
  g_free (self->keylog_file);
  g_byte_array_unref (self->input);
  g_byte_array_unref (self->output);
  g_free (self);
}

/**
 * smtp_tls_put:
 * @self: one end
 * @bytes: (array length=length): encrypted bytes from the peer, in whatever pieces
 * @length: how much
 *
 * Hands in what came.
 */
void
smtp_tls_put (SmtpTls    *self,
              const char *bytes,
              gsize       length)
{
  g_return_if_fail (self != NULL);

  g_byte_array_append (self->input, (const guint8 *) bytes, (guint) length);
}

/**
 * smtp_tls_put_end:
 * @self: one end
 *
 * Tells that nothing more will come: the peer closed the connection.
 */
void
smtp_tls_put_end (SmtpTls *self)
{
  g_return_if_fail (self != NULL);

  self->input_ended = TRUE;
}

/**
 * smtp_tls_get_output:
 * @self: one end
 *
 * Returns: (transfer none): encrypted bytes for the peer; whoever sends them takes them out of it
 */
GByteArray *
smtp_tls_get_output (SmtpTls *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->output;
}

/**
 * smtp_tls_get_input:
 * @self: one end
 * @length: (out): how much
 *
 * Returns: (transfer none) (nullable): what was put in and not yet used; for %SMTP_TLS_ERROR_NOT_TLS all of it
 */
const char *
smtp_tls_get_input (SmtpTls *self,
                    gsize   *length)
{
  g_return_val_if_fail (self != NULL, NULL);

  *length = self->input->len - self->taken;

  return *length > 0 ? (const char *) self->input->data + self->taken : NULL;
}

/**
 * smtp_tls_handshake:
 * @self: one end
 * @error: return location for an #SmtpTlsError
 *
 * Goes on with the handshake as far as what came allows.
 *
 * Returns: %SMTP_TLS_DONE, %SMTP_TLS_WANTS_MORE or %SMTP_TLS_FAILED
 */
SmtpTlsResult
smtp_tls_handshake (SmtpTls  *self,
                    GError  **error)
{
  int code;

  g_return_val_if_fail (self != NULL, SMTP_TLS_FAILED);

  if (self->done)
    return SMTP_TLS_DONE;
  if (!is_tls (self))
    {
      g_set_error_literal (error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_NOT_TLS, "not TLS");
      return SMTP_TLS_FAILED;
    }

  do
    {
      /* The library has a limit for complete messages, but none for one that does not end. */
      code = self->total <= MOST_HANDSHAKE ? gnutls_handshake (self->session) : GNUTLS_E_HANDSHAKE_TOO_LARGE;
      if (code == GNUTLS_E_AGAIN)
        code = weigh_hunger (self);
    }
  while (code == GNUTLS_E_WARNING_ALERT_RECEIVED || code == GNUTLS_E_INTERRUPTED);

  if (code == GNUTLS_E_AGAIN)
    return SMTP_TLS_WANTS_MORE;
  if (code < 0)
    return fail (self, code, error);

  self->done = TRUE;

  return SMTP_TLS_DONE;
}

/**
 * smtp_tls_is_done:
 * @self: one end
 *
 * Returns: whether the handshake stands
 */
gboolean
smtp_tls_is_done (SmtpTls *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->done;
}

/**
 * smtp_tls_read:
 * @self: one end whose handshake stands
 * @buffer: (out caller-allocates) (array length=size): where to put what was decrypted
 * @size: how much fits
 * @length: (out): how much there is
 * @error: return location for an #SmtpTlsError
 *
 * Decrypts what came. Tickets and the like are taken note of in passing; a wish to renegotiate is declined.
 *
 * Returns: %SMTP_TLS_DONE for at least one byte, else why there is none
 */
SmtpTlsResult
smtp_tls_read (SmtpTls  *self,
               char     *buffer,
               gsize     size,
               gsize    *length,
               GError  **error)
{
  ssize_t n;

  g_return_val_if_fail (self != NULL && self->done, SMTP_TLS_FAILED);

  *length = 0;
  while ((n = gnutls_record_recv (self->session, buffer, size)) < 0)
    {
      /* The library also says so when it took a ticket, and more may lie behind that. */
      if (n == GNUTLS_E_AGAIN)
        n = weigh_hunger (self);
      if (n == GNUTLS_E_AGAIN)
        return SMTP_TLS_WANTS_MORE;
      if (n == GNUTLS_E_REHANDSHAKE)
        gnutls_alert_send (self->session, GNUTLS_AL_WARNING, GNUTLS_A_NO_RENEGOTIATION);
      else if (n != GNUTLS_E_WARNING_ALERT_RECEIVED && n != GNUTLS_E_INTERRUPTED)
        return fail (self, (int) n, error);
    }

  *length = (gsize) n;

  return n > 0 ? SMTP_TLS_DONE : SMTP_TLS_ENDED;
}

/**
 * smtp_tls_write:
 * @self: one end whose handshake stands
 * @bytes: (array length=length): what to send
 * @length: how much
 * @error: return location for an #SmtpTlsError
 *
 * Encrypts all of it; see smtp_tls_get_output().
 *
 * Returns: whether that worked
 */
gboolean
smtp_tls_write (SmtpTls     *self,
                const char  *bytes,
                gsize        length,
                GError     **error)
{
  g_return_val_if_fail (self != NULL && self->done, FALSE);

  while (length > 0)
    {
      ssize_t n = gnutls_record_send (self->session, bytes, MIN (length, LONGEST_RECORD));

      if (n < 0)
        {
          if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED)
            continue;
          fail (self, (int) n, error);
          return FALSE;
        }
      bytes += n;
      length -= (gsize) n;
    }

  return TRUE;
}

/**
 * smtp_tls_say_goodbye:
 * @self: one end
 *
 * Puts the close_notify alert into the output (RFC 8446 section 6.1), once.
 */
void
smtp_tls_say_goodbye (SmtpTls *self)
{
  g_return_if_fail (self != NULL);

  if (self->done && !self->said_goodbye)
    gnutls_bye (self->session, GNUTLS_SHUT_WR);
  self->said_goodbye = TRUE;
}

/* "TLS_ECDHE_RSA_..." has its exchange between TLS_ and _WITH_; in TLS 1.3 that is apart from the suite. */
static char *
name_key_exchange (SmtpTls *self)
{
  if (gnutls_protocol_get_version (self->session) == GNUTLS_TLS1_3)
    return g_strdup (gnutls_group_get (self->session) >= GNUTLS_GROUP_FFDHE2048 ? "DHE" : "ECDHE");

  return g_strdup (gnutls_kx_get_name (gnutls_kx_get (self->session)));
}

static void
describe_group (SmtpTls     *self,
                SmtpTlsInfo *info)
{
  gnutls_group_t group = gnutls_group_get (self->session);
  const char *digits;

  if (group == GNUTLS_GROUP_INVALID)
    {
      /* TLS 1.2 with parameters of the server's own making (RFC 5246 section 7.4.3) */
      info->group_bits = (guint) MAX (gnutls_dh_get_prime_bits (self->session), 0);
      return;
    }

  info->group = g_strdup (gnutls_group_get_name (group));
  digits = info->group + strcspn (info->group, "0123456789");
  info->group_bits = (guint) g_ascii_strtoull (digits, NULL, 10);
  if (strcmp (info->group, "X25519") == 0)
    info->group_bits = 256;
  else if (strcmp (info->group, "X448") == 0)
    info->group_bits = 448;
}

/**
 * smtp_tls_describe:
 * @self: a client's end whose handshake stands
 * @verify_name: (nullable): the name that the certificate must be for
 * @now: seconds since 1970
 *
 * Returns: (transfer full): what the handshake showed, with all that is wrong with the server's certificates
 */
SmtpTlsInfo *
smtp_tls_describe (SmtpTls    *self,
                   const char *verify_name,
                   gint64      now)
{
  SmtpTlsInfo *info = smtp_tls_info_new ();
  gnutls_session_t session = self->session;
  gboolean is_tls_1_3 = gnutls_protocol_get_version (session) == GNUTLS_TLS1_3;
  const gnutls_datum_t *chain;
  const char *signature;
  unsigned int n_chain = 0;
  gnutls_datum_t staple = { NULL, 0 };

  info->version = g_strdup (gnutls_protocol_get_name (gnutls_protocol_get_version (session)));
  info->cipher = g_strdup (gnutls_ciphersuite_get (session));
  info->key_exchange = name_key_exchange (self);
  describe_group (self, info);
  signature = gnutls_sign_get_name ((gnutls_sign_algorithm_t) gnutls_sign_algorithm_get (session));
  info->signature = g_strdup (signature);
  info->resumed = gnutls_session_is_resumed (session) != 0;
  info->extended_master_secret = is_tls_1_3 || gnutls_session_ext_master_secret_status (session) != 0;
  info->safe_renegotiation = is_tls_1_3 || gnutls_safe_renegotiation_status (session) != 0;
  info->client_certificate_asked = gnutls_certificate_client_get_request_status (session) != 0;
  info->client_certificate_sent = info->client_certificate_asked && gnutls_certificate_get_ours (session) != NULL;
  info->sni = g_strdup (self->sni);

  chain = gnutls_certificate_get_peers (session, &n_chain);
  if (gnutls_ocsp_status_request_get (session, &staple) < 0)
    staple.size = 0;
  smtp_certificate_check (info, chain, chain != NULL ? n_chain : 0, staple.size > 0 ? &staple : NULL,
                          smtp_tls_settings_get_trust (self->settings), verify_name, now);

  return info;
}
