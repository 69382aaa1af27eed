/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "support/fake-resolver.h"

typedef GResolver FakeResolver;
typedef GResolverClass FakeResolverClass;

static char **given;
static gboolean is_silent;

GType fake_resolver_get_type (void);
G_DEFINE_TYPE (FakeResolver, fake_resolver, G_TYPE_RESOLVER)

static void
on_cancelled (GCancellable *cancellable,
              gpointer      data)
{
  g_task_return_error_if_cancelled (data);
}

static void
lookup_by_name_with_flags_async (GResolver                *resolver,
                                 const char               *name,
                                 GResolverNameLookupFlags  flags,
                                 GCancellable             *cancellable,
                                 GAsyncReadyCallback       callback,
                                 gpointer                  data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, data);

  g_task_set_task_data (task, GUINT_TO_POINTER (flags), NULL);
  if (is_silent)
    {
      g_signal_connect_data (cancellable, "cancelled", G_CALLBACK (on_cancelled), g_object_ref (task),
                             (GClosureNotify) (GCallback) g_object_unref, 0);
      return;
    }

  g_task_return_boolean (task, TRUE);
}

static void
lookup_by_name_async (GResolver           *resolver,
                      const char          *name,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             data)
{
  lookup_by_name_with_flags_async (resolver, name, G_RESOLVER_NAME_LOOKUP_FLAGS_DEFAULT, cancellable, callback, data);
}

static gboolean
is_wanted (GInetAddress             *address,
           GResolverNameLookupFlags  flags)
{
  gboolean is_ipv6 = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6;

  return (flags & (is_ipv6 ? G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY : G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY)) == 0;
}

static GList *
lookup_by_name_with_flags_finish (GResolver     *resolver,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  GList *list = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;

  for (int i = 0; given != NULL && given[i] != NULL; i++)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (given[i]);

      if (is_wanted (address, GPOINTER_TO_UINT (g_task_get_task_data (G_TASK (result)))))
        list = g_list_append (list, g_steal_pointer (&address));
    }
  if (list == NULL)
    g_set_error_literal (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "no such name");

  return list;
}

static void
fake_resolver_class_init (FakeResolverClass *klass)
{
  klass->lookup_by_name_async = lookup_by_name_async;
  klass->lookup_by_name_finish = lookup_by_name_with_flags_finish;
  klass->lookup_by_name_with_flags_async = lookup_by_name_with_flags_async;
  klass->lookup_by_name_with_flags_finish = lookup_by_name_with_flags_finish;
}

static void
fake_resolver_init (FakeResolver *self)
{
}

void
fake_resolver_install (void)
{
  g_autoptr (GResolver) resolver = g_object_new (fake_resolver_get_type (), NULL);

  g_resolver_set_default (resolver);
}

void
fake_resolver_set (const char * const *addresses)
{
  g_strfreev (given);
  given = g_strdupv ((char **) addresses);
}

void
fake_resolver_set_silent (gboolean silent)
{
  is_silent = silent;
}
