const WHITE = [255, 255, 255];
const BLACK = [0, 0, 0];
const DARK_PANEL = [41, 46, 56];
const LIGHT_PANEL = [238, 241, 245];
const AA = 4.6;

/** Red, green, blue of any CSS colour; the canvas does the parsing. An unknown colour gives `fallback`'s. */
function channels(color, fallback) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d");
  pen.fillStyle = fallback;
  pen.fillStyle = color;
  pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

/** Relative luminance as WCAG 2.2 defines it. */
function luminance(rgb) {
  const [r, g, b] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** `rgb` moved towards `goal` in small steps until it is readable on `ground`. */
function readable(rgb, ground, goal) {
  let shade = rgb;
  for (let step = 1; step <= 20 && contrast(shade, ground) < AA; step += 1) {
    shade = rgb.map((value, index) => Math.round(value + ((goal[index] - value) * step) / 20));
  }
  return shade;
}

/** A rule with the CSS variables that follow from the page author's colour, each with enough contrast for text. */
export function accentVariables(color) {
  const accent = channels(color, "#1a5fb4");
  const css = (rgb) => `rgb(${rgb.join(" ")})`;
  return `:host {
    --mp-accent: ${css(accent)};
    --mp-on-accent: ${css(contrast(accent, WHITE) >= contrast(accent, BLACK) ? WHITE : BLACK)};
    --mp-link-light: ${css(readable(accent, LIGHT_PANEL, BLACK))};
    --mp-link-dark: ${css(readable(accent, DARK_PANEL, WHITE))};
  }`;
}
