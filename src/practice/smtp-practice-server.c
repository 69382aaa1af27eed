/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "practice/smtp-practice-server.h"

#include "practice/smtp-practice-client.h"
#include "practice/smtp-practice-personalities.h"
#include "practice/smtp-practice-tls.h"

#define MOST_CONNECTIONS 20

struct _SmtpPracticeServer
{
  GObject                        parent_instance;

  const SmtpPracticePersonality *personality;
  SmtpPracticeTls               *certificates;  /* (nullable): without TLS there are none */
  GSocketService                *service;
  guint16                        port;
  GList                         *clients;       /* of SmtpPracticeClient */
};

G_DEFINE_FINAL_TYPE (SmtpPracticeServer, smtp_practice_server, G_TYPE_OBJECT)

static void
on_ended (SmtpPracticeClient *client,
          gpointer            user_data)
{
  SmtpPracticeServer *self = user_data;

  self->clients = g_list_remove (self->clients, client);
}

static gboolean
on_incoming (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             gpointer           user_data)
{
  SmtpPracticeServer *self = user_data;

  if (g_list_length (self->clients) < MOST_CONNECTIONS)
    self->clients = g_list_prepend (self->clients, smtp_practice_client_new (connection, self->personality,
                                                                             self->certificates, on_ended, self));

  return FALSE;
}

static void
smtp_practice_server_dispose (GObject *object)
{
  smtp_practice_server_stop (SMTP_PRACTICE_SERVER (object));

  G_OBJECT_CLASS (smtp_practice_server_parent_class)->dispose (object);
}

static void
smtp_practice_server_finalize (GObject *object)
{
  g_clear_pointer (&SMTP_PRACTICE_SERVER (object)->certificates, smtp_practice_tls_unref);

  G_OBJECT_CLASS (smtp_practice_server_parent_class)->finalize (object);
}

static void
smtp_practice_server_class_init (SmtpPracticeServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = smtp_practice_server_dispose;
  object_class->finalize = smtp_practice_server_finalize;
}

static void
smtp_practice_server_init (SmtpPracticeServer *self)
{
}

/**
 * smtp_practice_server_new:
 * @personality: the name of a personality
 * @error: return location for a #GIOErrorEnum
 *
 * Starts a server on a free port of 127.0.0.1, in the caller's thread-default main context.
 *
 * Returns: (transfer full): the server, or %NULL if there is no such personality, no port or no certificate
 */
SmtpPracticeServer *
smtp_practice_server_new (const char  *personality,
                          GError     **error)
{
  g_autoptr (SmtpPracticeServer) self = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;
  int index = smtp_practice_find (personality);

  if (index < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s?", personality);
      return NULL;
    }

  self = g_object_new (SMTP_TYPE_PRACTICE_SERVER, NULL);
  self->personality = &smtp_practice_personalities[index];
  if (self->personality->tls != NULL)
    {
      self->certificates = smtp_practice_tls_new (self->personality->tls->certificate,
                                                  g_get_real_time () / G_USEC_PER_SEC, error);
      if (self->certificates == NULL)
        return NULL;
    }

  self->service = g_socket_service_new ();
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &effective, error))
    return NULL;

  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  g_signal_connect_object (self->service, "incoming", G_CALLBACK (on_incoming), self, 0);
  g_socket_service_start (self->service);

  return g_steal_pointer (&self);
}

/**
 * smtp_practice_server_get_port:
 * @self: a server
 *
 * Returns: the port it listens on
 */
guint16
smtp_practice_server_get_port (SmtpPracticeServer *self)
{
  g_return_val_if_fail (SMTP_IS_PRACTICE_SERVER (self), 0);

  return self->port;
}

/**
 * smtp_practice_server_get_authority:
 * @self: a server
 *
 * Returns: (transfer none) (nullable): the authority that its certificate comes from, in PEM; trust it to find
 *   the certificate good. %NULL if there is no TLS, or no authority
 */
GBytes *
smtp_practice_server_get_authority (SmtpPracticeServer *self)
{
  g_return_val_if_fail (SMTP_IS_PRACTICE_SERVER (self), NULL);

  return self->certificates != NULL ? smtp_practice_tls_get_authority (self->certificates) : NULL;
}

/**
 * smtp_practice_server_stop:
 * @self: a server
 *
 * Stops listening and ends all connections.
 */
void
smtp_practice_server_stop (SmtpPracticeServer *self)
{
  g_return_if_fail (SMTP_IS_PRACTICE_SERVER (self));

  if (self->service != NULL)
    {
      g_socket_service_stop (self->service);
      g_socket_listener_close (G_SOCKET_LISTENER (self->service));
      g_clear_object (&self->service);
    }

  while (self->clients != NULL)
    {
      SmtpPracticeClient *client = self->clients->data;

      self->clients = g_list_delete_link (self->clients, self->clients);
      smtp_practice_client_stop (client);
    }
}

/**
 * smtp_practice_get_n:
 *
 * Returns: the number of personalities
 */
guint
smtp_practice_get_n (void)
{
  return smtp_practice_n_personalities;
}

/**
 * smtp_practice_get_name:
 * @index: which personality
 *
 * Returns: (transfer none): its stable name
 */
const char *
smtp_practice_get_name (guint index)
{
  g_return_val_if_fail (index < smtp_practice_n_personalities, NULL);

  return smtp_practice_personalities[index].name;
}

/**
 * smtp_practice_get_title:
 * @index: which personality
 *
 * Returns: (transfer none): its title, to be translated
 */
const char *
smtp_practice_get_title (guint index)
{
  g_return_val_if_fail (index < smtp_practice_n_personalities, NULL);

  return smtp_practice_personalities[index].title;
}

/**
 * smtp_practice_get_about:
 * @index: which personality
 *
 * Returns: (transfer none): what it does, in a sentence to be translated
 */
const char *
smtp_practice_get_about (guint index)
{
  g_return_val_if_fail (index < smtp_practice_n_personalities, NULL);

  return smtp_practice_personalities[index].about;
}

/**
 * smtp_practice_get_sender:
 * @index: which personality
 *
 * Returns: (transfer none): a sender to try on it
 */
const char *
smtp_practice_get_sender (guint index)
{
  g_return_val_if_fail (index < smtp_practice_n_personalities, NULL);

  return smtp_practice_personalities[index].sender;
}

/**
 * smtp_practice_get_recipients:
 * @index: which personality
 *
 * Returns: (transfer none): recipients to try on it
 */
const char * const *
smtp_practice_get_recipients (guint index)
{
  g_return_val_if_fail (index < smtp_practice_n_personalities, NULL);

  return smtp_practice_personalities[index].recipients;
}

/**
 * smtp_practice_get_security:
 * @index: which personality
 *
 * Returns: (transfer none): what to ask of it: a value for the security of a plan
 */
const char *
smtp_practice_get_security (guint index)
{
  g_return_val_if_fail (index < smtp_practice_n_personalities, NULL);

  return smtp_practice_personalities[index].security;
}

/**
 * smtp_practice_find:
 * @name: a stable name
 *
 * Returns: the index of the personality of that name, or -1
 */
int
smtp_practice_find (const char *name)
{
  for (guint i = 0; i < smtp_practice_n_personalities; i++)
    {
      if (g_strcmp0 (smtp_practice_personalities[i].name, name) == 0)
        return (int) i;
    }

  return -1;
}
