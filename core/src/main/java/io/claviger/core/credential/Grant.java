package io.claviger.core.credential;

import io.claviger.core.scope.ActionSet;
import io.claviger.core.scope.ScopeNames;

/**
 * The scope of a credential in both its forms.
 *
 * @param names what is stored and never changes
 * @param actions what the names cover in the catalogue of today
 */
public record Grant(ScopeNames names, ActionSet actions) {}
