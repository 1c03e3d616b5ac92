package io.claviger.core.explain;

import io.claviger.core.decide.Question;
import io.claviger.core.role.Standing;

/**
 * What is to be explained.
 *
 * @param question as it was answered
 * @param granted what the user was granted at the place, before a second factor is asked for; the
 *     standing of the place itself where none is
 */
public record Subject(Question question, Standing granted) {}
