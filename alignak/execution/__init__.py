"""Running plugins and in-process checks, and holding what they answered until somebody has it."""
