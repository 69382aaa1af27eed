/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "support/tls-kit.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <gnutls/abstract.h>
#include <string.h>

#define MOST_ROUNDS    20
#define MOST_HANDSHAKE (8 * 1024 * 1024)  /* what it sends counts, too */

const TlsMode tls_modes[TLS_N_MODES] = {
  { "1.2", "1.2", GNUTLS_TLS1_2, "NORMAL:-VERS-ALL:+VERS-TLS1.2" },
  { "1.3", "1.3", GNUTLS_TLS1_3, "NORMAL:-VERS-ALL:+VERS-TLS1.3" },
};

/**
 * tls_kit_get_pki:
 *
 * Returns: (transfer none): one for the whole program
 */
TestPki *
tls_kit_get_pki (void)
{
  static TestPki *pki;

  if (pki == NULL)
    pki = test_pki_new ();

  return pki;
}

/**
 * tls_kit_make_credentials_of:
 * @certificates: (array length=n): the server's own first
 * @n: how many
 *
 * Returns: (transfer full): a server's certificates, to be sent just so: the library's simpler functions put them
 *   in order
 */
gnutls_certificate_credentials_t
tls_kit_make_credentials_of (TestCertificate *const *certificates,
                             guint                   n)
{
  gnutls_certificate_credentials_t credentials;
  g_autofree gnutls_pcert_st *list = g_new0 (gnutls_pcert_st, n);
  gnutls_privkey_t key;

  for (guint i = 0; i < n; i++)
    g_assert_cmpint (gnutls_pcert_import_x509 (&list[i], certificates[i]->crt, 0), ==, 0);
  g_assert_cmpint (gnutls_privkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_privkey_import_x509 (key, certificates[0]->key, GNUTLS_PRIVKEY_IMPORT_COPY), ==, 0);
  g_assert_cmpint (gnutls_certificate_allocate_credentials (&credentials), ==, 0);
  g_assert_cmpint (gnutls_certificate_set_key (credentials, NULL, 0, list, (int) n, key), >=, 0);

  return credentials;
}

/**
 * tls_kit_make_credentials:
 * @pki: a PKI
 * @chain: one of test_pki_list_chains()
 *
 * Returns: (transfer full): a server's certificates
 */
gnutls_certificate_credentials_t
tls_kit_make_credentials (TestPki    *pki,
                          const char *chain)
{
  TestChain made;

  test_pki_make_chain (pki, chain, &made);

  return tls_kit_make_credentials_of (made.certificates, made.n);
}

static void
on_loaded (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  GAsyncResult **kept = data;

  *kept = g_object_ref (result);
}

/**
 * tls_kit_load_settings:
 * @options: what was chosen
 * @password: (nullable): of the key
 * @error: return location for a #SmtpTlsOptionsError
 *
 * Returns: (transfer full) (nullable): the settings, with all files read
 */
SmtpTlsSettings *
tls_kit_load_settings (SmtpTlsOptions  *options,
                       const char      *password,
                       GError         **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  smtp_tls_settings_load_async (options, password, NULL, on_loaded, &result);
  while (result == NULL)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);

  return smtp_tls_settings_load_finish (result, error);
}

/**
 * tls_kit_set:
 * @options: options
 * @option: what to set
 * @value: to what; must be allowed
 */
void
tls_kit_set (SmtpTlsOptions *options,
             SmtpTlsOption   option,
             const char     *value)
{
  g_autoptr (GError) error = NULL;

  smtp_tls_options_set (options, option, value, &error);
  g_assert_no_error (error);
}

/**
 * tls_kit_make_settings:
 * @mode: a version of TLS
 *
 * Returns: (transfer full): a client's settings that offer nothing else
 */
SmtpTlsSettings *
tls_kit_make_settings (const TlsMode *mode)
{
  g_autoptr (SmtpTlsOptions) options = smtp_tls_options_new ();
  g_autoptr (GError) error = NULL;
  SmtpTlsSettings *settings;

  tls_kit_set (options, SMTP_TLS_OPTION_MIN, mode->min);
  tls_kit_set (options, SMTP_TLS_OPTION_MAX, mode->min);
  settings = smtp_tls_settings_new (options, &error);
  g_assert_no_error (error);

  return settings;
}

/**
 * tls_kit_trust_pki:
 * @pki: a PKI
 *
 * Returns: (transfer full): a client's settings, at their defaults, that trust its root and nobody else
 */
SmtpTlsSettings *
tls_kit_trust_pki (TestPki *pki)
{
  g_autoptr (SmtpTlsOptions) options = smtp_tls_options_new ();
  g_autofree char *folder = g_dir_make_tmp ("smtp-probe-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "ca.pem", NULL);
  g_autofree char *root = test_certificate_to_pem (pki->root);
  g_autoptr (GError) error = NULL;
  SmtpTlsSettings *settings;

  g_file_set_contents (path, root, -1, &error);
  g_assert_no_error (error);
  tls_kit_set (options, SMTP_TLS_OPTION_CA_FILE, path);
  settings = tls_kit_load_settings (options, NULL, &error);
  g_assert_no_error (error);
  tls_kit_remove (folder);

  return settings;
}

/**
 * tls_kit_take:
 * @bytes: a buffer
 *
 * Returns: (transfer full): what was in it; it is empty afterwards
 */
GByteArray *
tls_kit_take (GByteArray *bytes)
{
  GByteArray *taken = g_byte_array_new ();

  g_byte_array_append (taken, bytes->data, bytes->len);
  g_byte_array_set_size (bytes, 0);

  return taken;
}

/**
 * tls_kit_remove:
 * @folder: path of a folder with nothing but files in it
 *
 * Removes it with all that is in it.
 */
void
tls_kit_remove (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

static ssize_t
pull (gnutls_transport_ptr_t  data,
      void                   *buffer,
      size_t                  size)
{
  TlsEnd *self = data;
  gsize n = MIN (size, self->input->len - self->taken);

  if (n == 0 && !self->input_ended)
    {
      gnutls_transport_set_errno (self->session, EAGAIN);
      return -1;
    }
  if (n > 0)
    memcpy (buffer, self->input->data + self->taken, n);
  self->taken += n;

  return (ssize_t) n;
}

static int
is_pullable (gnutls_transport_ptr_t data,
             unsigned int           timeout_ms)
{
  TlsEnd *self = data;

  return self->taken < self->input->len || self->input_ended ? 1 : 0;
}

static ssize_t
push (gnutls_transport_ptr_t  data,
      const void             *bytes,
      size_t                  length)
{
  TlsEnd *self = data;

  g_byte_array_append (self->output, bytes, (guint) length);

  return (ssize_t) length;
}

/**
 * tls_end_new:
 * @credentials: the server's certificates; must outlive the end
 * @priority: a GnuTLS priority string
 * @flags: for gnutls_init(), beside the obvious ones
 *
 * Returns: (transfer full): a server's end, before its first byte
 */
TlsEnd *
tls_end_new (gnutls_certificate_credentials_t  credentials,
             const char                       *priority,
             unsigned int                      flags)
{
  TlsEnd *self = g_new0 (TlsEnd, 1);

  self->input = g_byte_array_new ();
  self->output = g_byte_array_new ();
  g_assert_cmpint (gnutls_init (&self->session, GNUTLS_SERVER | GNUTLS_NONBLOCK | flags), ==, 0);
  g_assert_cmpint (gnutls_priority_set_direct (self->session, priority, NULL), ==, 0);
  g_assert_cmpint (gnutls_credentials_set (self->session, GNUTLS_CRD_CERTIFICATE, credentials), ==, 0);
  gnutls_session_set_ptr (self->session, self);
  gnutls_handshake_set_max_packet_length (self->session, MOST_HANDSHAKE);
  gnutls_transport_set_ptr (self->session, self);
  gnutls_transport_set_pull_function (self->session, pull);
  gnutls_transport_set_pull_timeout_function (self->session, is_pullable);
  gnutls_transport_set_push_function (self->session, push);

  return self;
}

/**
 * tls_end_free:
 * @self: (transfer full): an end
 */
void
tls_end_free (TlsEnd *self)
{
  gnutls_deinit (self->session);
  g_byte_array_unref (self->input);
  g_byte_array_unref (self->output);
  g_free (self);
}

/**
 * tls_end_put:
 * @self: an end
 * @bytes: what came; it is empty afterwards
 */
void
tls_end_put (TlsEnd     *self,
             GByteArray *bytes)
{
  g_byte_array_append (self->input, bytes->data, bytes->len);
  g_byte_array_set_size (bytes, 0);
}

/**
 * tls_end_handshake:
 * @self: an end
 *
 * Goes on with the handshake as far as what came allows; it may not fail, but the client's may.
 *
 * Returns: whether it stands
 */
gboolean
tls_end_handshake (TlsEnd *self)
{
  int code = GNUTLS_E_SUCCESS;

  if (!self->done)
    code = gnutls_handshake (self->session);
  if (code != GNUTLS_E_AGAIN && code != GNUTLS_E_FATAL_ALERT_RECEIVED)
    g_assert_cmpstr (gnutls_strerror (code), ==, gnutls_strerror (GNUTLS_E_SUCCESS));
  self->done = code == GNUTLS_E_SUCCESS;

  return self->done;
}

/**
 * tls_end_write:
 * @self: an end whose handshake stands
 * @bytes: (array length=length): what to send
 * @length: how much
 */
void
tls_end_write (TlsEnd     *self,
               const char *bytes,
               gsize       length)
{
  while (length > 0)
    {
      ssize_t n = gnutls_record_send (self->session, bytes, length);

      g_assert_cmpint (n, >, 0);
      bytes += n;
      length -= (gsize) n;
    }
}

/**
 * tls_end_read:
 * @self: an end whose handshake stands
 * @into: what was decrypted goes behind what is in it
 *
 * Reads all there is.
 *
 * Returns: why there is no more: 0 for the client's good-bye, or an error of the library's
 */
int
tls_end_read (TlsEnd     *self,
              GByteArray *into)
{
  guint8 buffer[20000];
  ssize_t n;

  do
    {
      n = gnutls_record_recv (self->session, buffer, sizeof buffer);
      if (n > 0)
        g_byte_array_append (into, buffer, (guint) n);
    }
  while (n > 0 || (n == GNUTLS_E_AGAIN && self->taken < self->input->len));

  return (int) n;
}

/**
 * tls_end_meet:
 * @self: an end
 * @client: the other one, of ours
 * @error: return location for an #SmtpTlsError of @client
 *
 * Carries everything between the two until both handshakes stand, or the client's fails.
 *
 * Returns: what the client's came to
 */
SmtpTlsResult
tls_end_meet (TlsEnd   *self,
              SmtpTls  *client,
              GError  **error)
{
  SmtpTlsResult result = SMTP_TLS_WANTS_MORE;

  for (int round = 0; round < MOST_ROUNDS && (result != SMTP_TLS_DONE || !self->done); round++)
    {
      result = smtp_tls_handshake (client, error);
      tls_end_put (self, smtp_tls_get_output (client));
      tls_end_handshake (self);
      if (result == SMTP_TLS_FAILED)
        break;
      smtp_tls_put (client, (const char *) self->output->data, self->output->len);
      g_byte_array_set_size (self->output, 0);
    }

  return result;
}
