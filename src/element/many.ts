/** Lists of up to so many uploads are drawn whole and at once, and told to their form at once. What longer ones do costs too much for that. */
export const many = 100;
