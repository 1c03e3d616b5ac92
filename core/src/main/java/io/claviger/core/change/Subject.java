package io.claviger.core.change;

/**
 * The thing that was changed.
 *
 * @param type its kind
 * @param id its identifier
 * @param name its name at that time, for people; empty when it has none
 */
public record Subject(SubjectType type, String id, String name) {}
