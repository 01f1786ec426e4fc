/** The version in package.json, which a bundle does not carry; a test holds them equal. */
export const FAIRLINE_VERSION = '0.1.0';
