/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A set of positions that moves along with the rows. */

#include "app/probe-line-selection.h"

struct _ProbeLineSelection
{
  GObject         parent_instance;

  ProbeLineModel *model;
  GtkBitset      *selected;
};

static GType
probe_line_selection_get_item_type (GListModel *list)
{
  return PROBE_TYPE_LINE;
}

static guint
probe_line_selection_get_n_items (GListModel *list)
{
  return g_list_model_get_n_items (G_LIST_MODEL (PROBE_LINE_SELECTION (list)->model));
}

static gpointer
probe_line_selection_get_item (GListModel *list,
                               guint       position)
{
  return g_list_model_get_item (G_LIST_MODEL (PROBE_LINE_SELECTION (list)->model), position);
}

static void
probe_line_selection_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = probe_line_selection_get_item_type;
  iface->get_n_items = probe_line_selection_get_n_items;
  iface->get_item = probe_line_selection_get_item;
}

static gboolean
probe_line_selection_is_selected (GtkSelectionModel *model,
                                  guint              position)
{
  return gtk_bitset_contains (PROBE_LINE_SELECTION (model)->selected, position);
}

static GtkBitset *
probe_line_selection_get_in_range (GtkSelectionModel *model,
                                   guint              position,
                                   guint              n_items)
{
  return gtk_bitset_ref (PROBE_LINE_SELECTION (model)->selected);
}

static gboolean
probe_line_selection_set_selection (GtkSelectionModel *model,
                                    GtkBitset         *selected,
                                    GtkBitset         *mask)
{
  ProbeLineSelection *self = PROBE_LINE_SELECTION (model);
  guint n_items = probe_line_selection_get_n_items (G_LIST_MODEL (self));
  g_autoptr (GtkBitset) changes = gtk_bitset_copy (self->selected);
  g_autoptr (GtkBitset) rows = gtk_bitset_new_range (0, n_items);
  GtkBitset *before = self->selected;
  guint first;
  guint last;

  gtk_bitset_difference (changes, selected);
  gtk_bitset_intersect (changes, mask);
  gtk_bitset_intersect (changes, rows);
  if (gtk_bitset_is_empty (changes))
    return TRUE;

  first = gtk_bitset_get_minimum (changes);
  last = gtk_bitset_get_maximum (changes);
  /* A new set: whoever asked for the old one may still hold it. */
  self->selected = gtk_bitset_copy (before);
  gtk_bitset_difference (self->selected, changes);
  gtk_bitset_unref (before);
  gtk_selection_model_selection_changed (model, first, last - first + 1);

  return TRUE;
}

static void
probe_line_selection_selection_model_init (GtkSelectionModelInterface *iface)
{
  iface->is_selected = probe_line_selection_is_selected;
  iface->get_selection_in_range = probe_line_selection_get_in_range;
  iface->set_selection = probe_line_selection_set_selection;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ProbeLineSelection, probe_line_selection, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, probe_line_selection_list_model_init)
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SELECTION_MODEL,
                                                      probe_line_selection_selection_model_init))

static void
probe_line_selection_finalize (GObject *object)
{
  ProbeLineSelection *self = PROBE_LINE_SELECTION (object);

  g_clear_object (&self->model);
  g_clear_pointer (&self->selected, gtk_bitset_unref);

  G_OBJECT_CLASS (probe_line_selection_parent_class)->finalize (object);
}

static void
probe_line_selection_class_init (ProbeLineSelectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = probe_line_selection_finalize;
}

static void
probe_line_selection_init (ProbeLineSelection *self)
{
  self->selected = gtk_bitset_new_empty ();
}

static void
on_items_changed (GListModel         *model,
                  guint               position,
                  guint               removed,
                  guint               added,
                  ProbeLineSelection *self)
{
  GtkBitset *selected = gtk_bitset_copy (self->selected);

  gtk_bitset_splice (selected, position, removed, added);
  gtk_bitset_unref (self->selected);
  self->selected = selected;
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

/**
 * probe_line_selection_new:
 * @model: (transfer none): the lines
 *
 * Returns: (transfer full): a selection over @model, empty
 */
ProbeLineSelection *
probe_line_selection_new (ProbeLineModel *model)
{
  ProbeLineSelection *self;

  g_return_val_if_fail (PROBE_IS_LINE_MODEL (model), NULL);

  self = g_object_new (PROBE_TYPE_LINE_SELECTION, NULL);
  self->model = g_object_ref (model);
  g_signal_connect_object (model, "items-changed", G_CALLBACK (on_items_changed), self, 0);

  return self;
}
