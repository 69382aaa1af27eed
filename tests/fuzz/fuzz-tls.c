/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The input is what a server sends to our end of TLS, cut anywhere, and then the connection ends. The first byte is
 * no part of it: it says which version is spoken, and whether a good server speaks up to that point, so that the
 * input comes inside TLS or in the middle of a handshake. Whatever comes, there is an end, and little is kept. */

#include "fuzz.h"
#include "support/tls-kit.h"

#define MOST_OUTPUT 100000

typedef struct
{
  SmtpTlsSettings                  *settings[TLS_N_MODES];
  gnutls_certificate_credentials_t  credentials;
} World;

static World *
get_world (void)
{
  static World *world;

  if (world == NULL)
    {
      world = g_new0 (World, 1);
      for (int i = 0; i < TLS_N_MODES; i++)
        world->settings[i] = tls_kit_make_settings (&tls_modes[i]);
      world->credentials = tls_kit_make_credentials (tls_kit_get_pki (), "good");
    }

  return world;
}

/* Takes in as much as came; whether there can be more. */
static gboolean
advance (SmtpTls  *client,
         GError  **error)
{
  char buffer[1000];
  gsize length;
  SmtpTlsResult result = SMTP_TLS_DONE;

  if (!smtp_tls_is_done (client))
    result = smtp_tls_handshake (client, error);
  while (result == SMTP_TLS_DONE)
    {
      result = smtp_tls_read (client, buffer, sizeof buffer, &length, error);
      g_assert_cmpint (length > 0, ==, result == SMTP_TLS_DONE);
      g_assert_cmpuint (length, <=, sizeof buffer);
    }
  g_assert_cmpint (result == SMTP_TLS_FAILED, ==, *error != NULL);
  g_assert_cmpuint (smtp_tls_get_output (client)->len, <, MOST_OUTPUT);

  return result == SMTP_TLS_WANTS_MORE;
}

/* A good server comes first: with the whole handshake, or with a piece of its first flight. */
static gboolean
precede (SmtpTls        *client,
         const TlsMode  *mode,
         uint8_t         how,
         GError        **error)
{
  g_autoptr (TlsEnd) server = tls_end_new (get_world ()->credentials, mode->server, 0);
  gsize length;

  if ((how & 6) == 4)
    return tls_end_meet (server, client, error) == SMTP_TLS_DONE && advance (client, error);

  tls_end_put (server, smtp_tls_get_output (client));
  tls_end_handshake (server);
  length = (gsize) (how >> 3) * server->output->len / 32;
  smtp_tls_put (client, (const char *) server->output->data, length);

  return advance (client, error);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  uint8_t how = size > 0 ? data[0] : 0;
  const TlsMode *mode = &tls_modes[how & 1];
  g_autoptr (SmtpTls) client = smtp_tls_new_client (get_world ()->settings[how & 1], TEST_PKI_HOST, NULL);
  g_autoptr (SmtpTlsInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  guint32 seed = fuzz_seed (data, size);
  gboolean goes_on = advance (client, &error);
  gsize length;

  if ((how & 6) != 0)
    goes_on = goes_on && precede (client, mode, how, &error);
  for (size_t at = MIN (1, size); at < size && goes_on; at += length)
    {
      g_autofree char *piece = fuzz_piece (data + at, size - at, &seed, &length);

      smtp_tls_put (client, piece, length);
      goes_on = advance (client, &error);
    }

  if (smtp_tls_is_done (client))
    info = smtp_tls_describe (client, TEST_PKI_HOST, 0);
  smtp_tls_put_end (client);
  if (goes_on)
    g_assert_false (advance (client, &error));
  smtp_tls_say_goodbye (client);

  return 0;
}
