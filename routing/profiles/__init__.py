"""Ready-made ways of working, each a file of data that becomes the city's own when applied; decides nothing itself."""

from routing.profiles.applying import Applied, apply
from routing.profiles.profile import Profile
from routing.profiles.reading import ProfileError, profile_names, read_profile

__all__ = ["Applied", "Profile", "ProfileError", "apply", "profile_names", "read_profile"]
