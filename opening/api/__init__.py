"""The API of opening: editions for everybody, their preparation and release for officials."""
