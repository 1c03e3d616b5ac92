/**
 * The frame around every action of the API: one route per action of the catalogue, the decision
 * before, the contract around it.
 */
@NullMarked
package io.claviger.server.api;

import org.jspecify.annotations.NullMarked;
