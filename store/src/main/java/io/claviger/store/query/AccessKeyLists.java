package io.claviger.store.query;

import io.claviger.core.device.TagSelector;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.store.Fold;
import io.claviger.store.Transaction;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * The lists of access keys in the form that queries look into. The store of the keys calls this in
 * the transaction that writes the key; the rows go with the key.
 */
public final class AccessKeyLists {
  /**
   * Code points of a text that stands in an index, of four bytes each at most, and twice in an
   * entry, which PostgreSQL limits to 2,704 bytes.
   */
  static final int BRIEF_MAX = 200;

  private AccessKeyLists() {}

  /** What never changes (KEY-6). */
  public record Devices(Collection<DeviceId> ids, List<TagSelector> tags) {
    public Devices {
      ids = List.copyOf(ids);
      tags = List.copyOf(tags);
    }
  }

  /** What a patch may change. */
  public record Texts(
      Optional<String> description,
      List<String> pubTopics,
      List<String> subTopics,
      List<String> addresses) {
    public Texts {
      pubTopics = List.copyOf(pubTopics);
      subTopics = List.copyOf(subTopics);
      addresses = List.copyOf(addresses);
    }
  }

  /** Writes the lists of a key that was just inserted. */
  public static void insert(
      Transaction transaction,
      AccessKeyId key,
      ApplicationId application,
      Devices devices,
      Texts texts) {
    insertDevices(transaction, key, application, devices.ids());
    insertTags(transaction, key, application, devices.tags());
    insertTexts(transaction, key, application, texts);
  }

  /** Writes anew what a patch of the key may have changed. */
  public static void replace(
      Transaction transaction, AccessKeyId key, ApplicationId application, Texts texts) {
    transaction
        .handle()
        .createUpdate("DELETE FROM access_key_text WHERE key_id = :key")
        .bind("key", key.text())
        .execute();
    insertTexts(transaction, key, application, texts);
  }

  private static void insertDevices(
      Transaction transaction,
      AccessKeyId key,
      ApplicationId application,
      Collection<DeviceId> devices) {
    PreparedBatch batch =
        transaction
            .handle()
            .prepareBatch(
                "INSERT INTO access_key_device (key_id, application_id, device_id)"
                    + " VALUES (:key, :application, :device)");
    for (DeviceId device : new LinkedHashSet<>(devices)) {
      batch
          .bind("key", key.text())
          .bind("application", application.text())
          .bind("device", device.text())
          .add();
    }
    execute(batch);
  }

  private static void insertTags(
      Transaction transaction, AccessKeyId key, ApplicationId application, List<TagSelector> tags) {
    PreparedBatch batch =
        transaction
            .handle()
            .prepareBatch(
                "INSERT INTO access_key_tag (key_id, application_id, place, tag_key, tag_value)"
                    + " VALUES (:key, :application, :place, :tagKey, :tagValue)");
    for (int place = 0; place < tags.size(); place++) {
      batch
          .bind("key", key.text())
          .bind("application", application.text())
          .bind("place", place)
          .bind("tagKey", tags.get(place).key())
          .bind("tagValue", tags.get(place).value())
          .add();
    }
    execute(batch);
  }

  private static void insertTexts(
      Transaction transaction, AccessKeyId key, ApplicationId application, Texts texts) {
    transaction
        .handle()
        .createUpdate(
            "UPDATE access_key SET description_folded = :folded, description_brief = :brief,"
                + " description_brief_folded = :briefFolded WHERE id = :key")
        .bind("folded", texts.description().map(Fold::fold))
        .bind("brief", texts.description().filter(AccessKeyLists::isBrief))
        .bind("briefFolded", texts.description().filter(AccessKeyLists::isBrief).map(Fold::fold))
        .bind("key", key.text())
        .execute();
    insertTexts(transaction, key, application, "pubTopics", texts.pubTopics());
    insertTexts(transaction, key, application, "subTopics", texts.subTopics());
    insertTexts(transaction, key, application, "addresses", texts.addresses());
  }

  private static void insertTexts(
      Transaction transaction,
      AccessKeyId key,
      ApplicationId application,
      String list,
      List<String> entries) {
    PreparedBatch batch =
        transaction
            .handle()
            .prepareBatch(
                "INSERT INTO access_key_text"
                    + " (key_id, application_id, list, place, entry, entry_folded, entry_brief,"
                    + " entry_brief_folded) VALUES (:key, :application, :list, :place, :entry,"
                    + " :folded, :brief, :briefFolded)");
    for (int place = 0; place < entries.size(); place++) {
      String entry = entries.get(place);
      Optional<String> brief = Optional.of(entry).filter(AccessKeyLists::isBrief);
      batch
          .bind("key", key.text())
          .bind("application", application.text())
          .bind("list", list)
          .bind("place", place)
          .bind("entry", entry)
          .bind("folded", Fold.fold(entry))
          .bind("brief", brief)
          .bind("briefFolded", brief.map(Fold::fold))
          .add();
    }
    execute(batch);
  }

  /** Whether a text has a place in the indexes that queries look through. */
  static boolean isBrief(String text) {
    return text.codePointCount(0, text.length()) <= BRIEF_MAX;
  }

  /** A batch without rows is none. */
  private static void execute(PreparedBatch batch) {
    if (batch.size() > 0) {
      batch.execute();
    }
  }
}
