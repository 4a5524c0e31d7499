declare const brand: unique symbol;

/** A string or number that cannot stand in for another id of the same primitive type. */
export type Brand<T, B extends string> = T & { readonly [brand]: B };
