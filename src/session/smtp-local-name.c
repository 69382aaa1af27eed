/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/smtp-local-name.h"

#include <string.h>

#define LIMIT_SECONDS 3

typedef struct
{
  GCancellable *cancellable;  /* ours: cancelled by the caller's, or by the limit */
  GCancellable *callers;
  gulong        callers_id;
  GSource      *limit;
} Search;

static void
search_free (Search *search)
{
  if (search->limit != NULL)
    {
      g_source_destroy (search->limit);
      g_source_unref (search->limit);
    }
  if (search->callers != NULL)
    g_cancellable_disconnect (search->callers, search->callers_id);
  g_clear_object (&search->callers);
  g_clear_object (&search->cancellable);
  g_free (search);
}

/* A name of more than one label, and not the one that every machine has. */
static gboolean
is_qualified (const char *name)
{
  return strchr (name, '.') != NULL && !g_str_has_prefix (name, "localhost") && !g_hostname_is_ip_address (name);
}

static gboolean
on_limit (gpointer user_data)
{
  Search *search = user_data;

  g_cancellable_cancel (search->cancellable);

  return G_SOURCE_REMOVE;
}

static void
on_caller_cancelled (GCancellable *callers,
                     gpointer      user_data)
{
  g_cancellable_cancel (user_data);
}

static void
on_name (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autofree char *name = g_resolver_lookup_by_address_finish (G_RESOLVER (object), result, NULL);

  if (name != NULL && is_qualified (name))
    g_task_return_pointer (task, g_steal_pointer (&name), g_free);
  else
    g_task_return_pointer (task, NULL, NULL);
}

static void
on_addresses (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Search *search = g_task_get_task_data (task);
  GList *addresses = g_resolver_lookup_by_name_finish (G_RESOLVER (object), result, NULL);

  for (GList *l = addresses; l != NULL; l = l->next)
    {
      if (!g_inet_address_get_is_loopback (l->data))
        {
          g_resolver_lookup_by_address_async (G_RESOLVER (object), l->data, search->cancellable, on_name,
                                              g_object_ref (task));
          g_resolver_free_addresses (addresses);
          return;
        }
    }

  g_resolver_free_addresses (addresses);
  g_task_return_pointer (task, NULL, NULL);
}

/**
 * smtp_local_name_async:
 * @cancellable: (nullable): a cancellable
 * @callback: called when the search is over
 * @user_data: for @callback
 *
 * Looks for this machine's fully qualified name: the host name if it has a domain, else the name that its
 * address leads to. Takes three seconds at the most.
 */
void
smtp_local_name_async (GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GResolver) resolver = NULL;
  const char *name = g_get_host_name ();
  Search *search;

  g_task_set_source_tag (task, smtp_local_name_async);

  if (is_qualified (name))
    {
      g_task_return_pointer (task, g_strdup (name), g_free);
      return;
    }

  search = g_new0 (Search, 1);
  search->cancellable = g_cancellable_new ();
  g_task_set_task_data (task, search, (GDestroyNotify) search_free);

  if (cancellable != NULL)
    {
      search->callers = g_object_ref (cancellable);
      search->callers_id = g_cancellable_connect (cancellable, G_CALLBACK (on_caller_cancelled), search->cancellable,
                                                  NULL);
    }

  search->limit = g_timeout_source_new_seconds (LIMIT_SECONDS);
  g_source_set_callback (search->limit, on_limit, search, NULL);
  g_source_attach (search->limit, g_main_context_get_thread_default ());

  resolver = g_resolver_get_default ();
  g_resolver_lookup_by_name_async (resolver, name, search->cancellable, on_addresses, g_object_ref (task));
}

/**
 * smtp_local_name_finish:
 * @result: the result handed to the callback
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the name; %NULL without error when there is none, %NULL with
 *   %G_IO_ERROR_CANCELLED when the search was cancelled
 */
char *
smtp_local_name_finish (GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
