"""What people read: the digest and its renderings. Reads stored values, decides nothing about matches."""
