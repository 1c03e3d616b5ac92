package io.claviger.store.backup;

import java.time.Instant;

/**
 * What a backup holds.
 *
 * @param takenAt when it was begun; what was acknowledged before is in it
 * @param schema the number of the last migration of its tables
 * @param rows of all tables together
 */
public record BackupSummary(Instant takenAt, String schema, long rows) {}
