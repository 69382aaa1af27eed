/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-practice-menu.h"

#include <glib/gi18n.h>

#include "practice/smtp-practice-server.h"

/**
 * probe_practice_menu_fill:
 * @menu: a menu; left as it is if there is something in it
 *
 * Adds an item for each practice server, which calls the action win.practise with its name.
 */
void
probe_practice_menu_fill (GMenu *menu)
{
  if (g_menu_model_get_n_items (G_MENU_MODEL (menu)) > 0)
    return;

  for (guint i = 0; i < smtp_practice_get_n (); i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (_(smtp_practice_get_title (i)), NULL);

      g_menu_item_set_action_and_target (item, "win.practise", "s", smtp_practice_get_name (i));
      g_menu_append_item (menu, item);
    }
}
