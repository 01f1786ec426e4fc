/** Tells people that something needs one of them. Telling the same twice is not prevented here. */
export interface Alerts {
  publish(subject: string, message: string): Promise<void>;
}
