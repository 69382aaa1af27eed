/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The least a GTK list of five columns can do: a model that makes a row when it is asked for one and forgets it again,
 * and cells of plain text. What the program's own transcript is measured against. Takes listbench's options. */

#include "listbench.h"

#include <stdlib.h>

#define N_COLUMNS 5

#define FLOOR_TYPE_ROW (floor_row_get_type ())
G_DECLARE_FINAL_TYPE (FloorRow, floor_row, FLOOR, ROW, GObject)

struct _FloorRow
{
  GObject parent_instance;
  guint number;
};

G_DEFINE_FINAL_TYPE (FloorRow, floor_row, G_TYPE_OBJECT)

#define FLOOR_TYPE_MODEL (floor_model_get_type ())
G_DECLARE_FINAL_TYPE (FloorModel, floor_model, FLOOR, MODEL, GObject)

struct _FloorModel
{
  GObject parent_instance;
  guint n_rows;
};

static void floor_model_list_init (GListModelInterface *list);

G_DEFINE_FINAL_TYPE_WITH_CODE (FloorModel, floor_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, floor_model_list_init))

static void
floor_row_class_init (FloorRowClass *klass)
{
}

static void
floor_row_init (FloorRow *row)
{
}

static void
floor_model_class_init (FloorModelClass *klass)
{
}

static void
floor_model_init (FloorModel *model)
{
}

static GType
get_item_type (GListModel *list)
{
  return FLOOR_TYPE_ROW;
}

static guint
get_n_items (GListModel *list)
{
  return FLOOR_MODEL (list)->n_rows;
}

static gpointer
get_item (GListModel *list, guint position)
{
  FloorRow *row;

  if (position >= FLOOR_MODEL (list)->n_rows)
    return NULL;
  row = g_object_new (FLOOR_TYPE_ROW, NULL);
  row->number = position;
  return row;
}

static void
floor_model_list_init (GListModelInterface *list)
{
  list->get_item_type = get_item_type;
  list->get_n_items = get_n_items;
  list->get_item = get_item;
}

static void
append_rows (gpointer data, guint n_rows)
{
  FloorModel *model = data;
  guint position = model->n_rows;

  model->n_rows += n_rows;
  g_list_model_items_changed (G_LIST_MODEL (model), position, 0, n_rows);
}

static void
set_up_cell (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, gtk_inscription_new (NULL));
}

static void
bind_cell (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
  FloorRow *row = gtk_list_item_get_item (item);
  char text[64];

  g_snprintf (text, sizeof text, "%u.%d: 250 2.1.5 Line %u", row->number, GPOINTER_TO_INT (column), row->number * 3);
  gtk_inscription_set_text (GTK_INSCRIPTION (gtk_list_item_get_child (item)), text);
}

static GtkWidget *
make_list (GListModel *model)
{
  GtkWidget *list = gtk_column_view_new (GTK_SELECTION_MODEL (gtk_single_selection_new (model)));

  for (int i = 0; i < N_COLUMNS; i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr (GtkColumnViewColumn) column = gtk_column_view_column_new ("Column", factory);

      g_signal_connect (factory, "setup", G_CALLBACK (set_up_cell), NULL);
      g_signal_connect (factory, "bind", G_CALLBACK (bind_cell), GINT_TO_POINTER (i));
      gtk_column_view_column_set_fixed_width (column, 1000 / N_COLUMNS);
      gtk_column_view_append_column (GTK_COLUMN_VIEW (list), column);
    }
  return list;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  ListBenchPlan plan;
  FloorModel *model;
  GtkWidget *scrolled, *window;

  if (!list_bench_plan_parse (&plan, &argc, &argv, &error) || argc != 1)
    {
      g_printerr ("listfloor: %s\n", error != NULL ? error->message : "too many arguments");
      return 2;
    }
  gtk_init ();
  model = g_object_new (FLOOR_TYPE_MODEL, NULL);
  scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), make_list (G_LIST_MODEL (model)));
  window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 700);
  gtk_window_set_child (GTK_WINDOW (window), scrolled);
  list_bench_run (GTK_WINDOW (window), gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled)),
                  append_rows, model, &plan);
  gtk_window_destroy (GTK_WINDOW (window));
  return 0;
}
