//! A bar chart of payments as SVG: one panel each for interest and principal, because one dwarfs the
//! other, over the same payment dates.

use std::fmt::Write as _;

const WIDTH: f64 = 960.0;
const LEFT: f64 = 96.0;
const RIGHT: f64 = 28.0;
const TOP: f64 = 92.0;
const BOTTOM: f64 = 84.0;
const GAP: f64 = 58.0;
/// Width of a character of the small type, at most.
const CHARACTER: f64 = 6.4;
const BAR_MAX: f64 = 46.0;
/// Narrowest place for a date that stands upright.
const DATE_SLOT: f64 = 76.0;
/// Narrowest place for text that is turned.
const TURNED_SLOT: f64 = 22.0;
/// Part of the panel of a bar whose amount is not known yet.
const OPEN_HEIGHT: f64 = 0.35;

const STYLE: &str = "text{font-family:Helvetica,Arial,'Liberation Sans',sans-serif;font-size:11px;\
fill:#3e4c59}.title{font-size:20px;font-weight:bold;fill:#1f2933}.sub{font-size:13px}\
.panel{font-size:13px;font-weight:bold;fill:#1f2933}.grid{stroke:#e4e7eb}.axis{stroke:#7b8794}\
.open{fill:none;stroke-dasharray:4 3}";

/// What is drawn.
pub(super) struct Chart {
    pub(super) title: String,
    pub(super) subtitle: String,
    /// Payment dates, in order; one for each bar.
    pub(super) dates: Vec<String>,
    pub(super) panels: Vec<Panel>,
}

/// The bars of one kind of payment.
pub(super) struct Panel {
    pub(super) title: &'static str,
    pub(super) currency: String,
    /// Fill of the bars, as `#rrggbb`.
    pub(super) colour: &'static str,
    /// One for each date.
    pub(super) bars: Vec<Bar>,
}

/// One payment.
pub(super) struct Bar {
    /// In major units; `None` until it is fixed.
    pub(super) amount: Option<f64>,
    /// The amount as people write it.
    pub(super) label: String,
}

/// Where the panels and the bars stand.
struct Frame {
    panel_height: f64,
    slot: f64,
    bar: f64,
}

impl Chart {
    /// The picture as a document of its own. Titles and labels are put in as they are: they must have
    /// no character that XML reserves.
    pub(super) fn to_svg(&self) -> String {
        let count = self.panels.len().max(1) as f64;
        let slot = (WIDTH - LEFT - RIGHT) / self.dates.len().max(1) as f64;
        let frame = Frame {
            panel_height: if self.panels.len() > 1 { 190.0 } else { 320.0 },
            slot,
            bar: (slot * 0.62).min(BAR_MAX),
        };
        let height = TOP + count * frame.panel_height + (count - 1.0) * GAP + BOTTOM;
        let mut svg = String::new();
        // Writing to a string cannot fail.
        let _ = self.draw(&mut svg, &frame, height);
        svg
    }

    fn draw(&self, svg: &mut String, frame: &Frame, height: f64) -> std::fmt::Result {
        write!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
             viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{title}\">\n\
             <style>{STYLE}</style>\n\
             <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n\
             <text class=\"title\" x=\"{LEFT}\" y=\"34\">{title}</text>\n\
             <text class=\"sub\" x=\"{LEFT}\" y=\"55\">{}</text>\n",
            self.subtitle,
            title = self.title,
        )?;
        let mut base = TOP;
        for panel in &self.panels {
            panel.draw(svg, frame, base, &self.dates)?;
            base += frame.panel_height + GAP;
        }
        self.draw_dates(svg, frame, base - GAP)?;
        svg.push_str("</svg>\n");
        Ok(())
    }

    /// The dates below the last panel; where they are too many, every so many, the last always.
    fn draw_dates(&self, svg: &mut String, frame: &Frame, base: f64) -> std::fmt::Result {
        let turned = frame.slot < DATE_SLOT;
        let place = if turned { TURNED_SLOT } else { DATE_SLOT };
        let step = (place / frame.slot).ceil().max(1.0);
        let last = self.dates.len().saturating_sub(1);
        for (index, date) in self.dates.iter().enumerate() {
            if ((last - index) as f64) % step != 0.0 {
                continue;
            }
            let (x, y) = (frame.middle(index), base + 18.0);
            write!(
                svg,
                "<line class=\"axis\" x1=\"{x:.1}\" y1=\"{base}\" x2=\"{x:.1}\" y2=\"{:.1}\"/>",
                base + 5.0
            )?;
            if turned {
                let x = x + 4.0;
                writeln!(
                    svg,
                    "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"end\" \
                     transform=\"rotate(-50 {x:.1} {y:.1})\">{date}</text>"
                )?;
            } else {
                writeln!(
                    svg,
                    "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{date}</text>"
                )?;
            }
        }
        Ok(())
    }
}

impl Frame {
    /// The middle of a bar.
    fn middle(&self, index: usize) -> f64 {
        LEFT + (index as f64 + 0.5) * self.slot
    }
}

/// Writes the label of a bar above it, where there is room.
fn draw_label(
    svg: &mut String,
    label: &str,
    labels: Labels,
    (middle, y, bar): (f64, f64, f64),
) -> std::fmt::Result {
    match labels {
        Labels::Across => {
            // Beside the right edge, a label ends with its bar.
            let ends = middle + label.len() as f64 * CHARACTER / 2.0 > WIDTH;
            let (x, anchor) = if ends { (middle + bar / 2.0, "end") } else { (middle, "middle") };
            writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{label}</text>")
        }
        Labels::Turned => {
            let x = middle + 4.0;
            writeln!(
                svg,
                "<text x=\"{x:.1}\" y=\"{y:.1}\" transform=\"rotate(-90 {x:.1} {y:.1})\">{label}</text>"
            )
        }
        Labels::None => Ok(()),
    }
}

/// How amounts become heights.
struct Scale {
    /// Value at the foot of the panel.
    low: f64,
    /// Pixels of one major unit.
    pixels: f64,
    /// Distance of grid lines.
    step: f64,
    lines: u32,
    /// Major units of one unit of the axis, and its name.
    unit: (f64, &'static str),
}

/// Where the labels of the bars fit.
#[derive(Clone, Copy, PartialEq)]
enum Labels {
    Across,
    Turned,
    None,
}

impl Panel {
    fn draw(
        &self,
        svg: &mut String,
        frame: &Frame,
        top: f64,
        dates: &[String],
    ) -> std::fmt::Result {
        let longest = self.longest_label();
        let room = frame.slot * self.labels_apart();
        let labels = if longest < room {
            Labels::Across
        } else if room >= TURNED_SLOT {
            Labels::Turned
        } else {
            Labels::None
        };
        let head = match labels {
            Labels::Across => 20.0,
            Labels::Turned => longest + 8.0,
            Labels::None => 6.0,
        };
        let scale = self.scale(frame.panel_height - head);
        let foot = top + frame.panel_height;
        let unit =
            if scale.unit.1.is_empty() { String::new() } else { format!(" {}", scale.unit.1) };
        writeln!(
            svg,
            "<text class=\"panel\" x=\"{LEFT}\" y=\"{:.1}\" fill=\"{}\">{}, {}{unit}</text>",
            top - 10.0,
            self.colour,
            self.title,
            self.currency
        )?;
        scale.draw_grid(svg, foot)?;
        for (index, (bar, date)) in self.bars.iter().zip(dates).enumerate() {
            let (middle, zero) = (frame.middle(index), foot + scale.low * scale.pixels);
            let height = match bar.amount {
                Some(amount) => amount * scale.pixels,
                None => frame.panel_height * OPEN_HEIGHT,
            };
            if height == 0.0 {
                continue;
            }
            let (upper, lower) = (zero - height.max(0.0), zero - height.min(0.0));
            self.draw_bar(
                svg,
                bar,
                date,
                (middle - frame.bar / 2.0, upper, frame.bar, lower - upper),
            )?;
            draw_label(svg, &bar.label, labels, (middle, upper - 5.0, frame.bar))?;
        }
        let zero = foot + scale.low * scale.pixels;
        writeln!(
            svg,
            "<line class=\"axis\" x1=\"{LEFT}\" y1=\"{zero:.1}\" x2=\"{:.1}\" y2=\"{zero:.1}\"/>",
            WIDTH - RIGHT
        )
    }

    /// The width of the longest label that is drawn.
    fn longest_label(&self) -> f64 {
        let drawn = self.bars.iter().filter(|bar| bar.amount != Some(0.0));
        drawn.map(|bar| bar.label.len()).max().unwrap_or(0) as f64 * CHARACTER
    }

    /// How many places the labels that are drawn are apart, at least.
    fn labels_apart(&self) -> f64 {
        let drawn = self.bars.iter().enumerate().filter(|(_, bar)| bar.amount != Some(0.0));
        let places: Vec<usize> = drawn.map(|(place, _)| place).collect();
        let gaps = places.windows(2).map(|pair| pair[1] - pair[0]);
        gaps.min().unwrap_or(self.bars.len()) as f64
    }

    fn draw_bar(
        &self,
        svg: &mut String,
        bar: &Bar,
        date: &str,
        (x, y, width, height): (f64, f64, f64, f64),
    ) -> std::fmt::Result {
        let paint = match bar.amount {
            Some(_) => format!("fill=\"{}\"", self.colour),
            None => format!("class=\"open\" stroke=\"{}\"", self.colour),
        };
        writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" {paint}>\
             <title>{date}: {} {} {}</title></rect>",
            self.title, self.currency, bar.label
        )
    }

    /// Grid lines at 1, 2 or 5 times a power of ten, four or so of them.
    fn scale(&self, height: f64) -> Scale {
        let amounts = || self.bars.iter().filter_map(|bar| bar.amount);
        let high = amounts().fold(0.0_f64, f64::max);
        let low = amounts().fold(0.0_f64, f64::min);
        let range = if high > low { high - low } else { 1.0 };
        let rough = range / 4.0;
        let power = 10.0_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|times| times * power);
        let step = step.into_iter().find(|step| *step >= rough).unwrap_or(rough);
        let low = (low / step).floor() * step;
        let unit = [(1e12, "trillion"), (1e9, "billion"), (1e6, "million")]
            .into_iter()
            .find(|(unit, _)| high - low >= *unit)
            .unwrap_or((1.0, ""));
        let lines = (1..=12).take_while(|line| low + f64::from(*line - 1) * step <= high).count();
        Scale {
            low,
            pixels: height / (high - low).max(range),
            step,
            lines: u32::try_from(lines).unwrap_or(1),
            unit,
        }
    }
}

impl Scale {
    fn draw_grid(&self, svg: &mut String, foot: f64) -> std::fmt::Result {
        for line in 0..self.lines {
            let above = f64::from(line) * self.step;
            let (y, right) = (foot - above * self.pixels, WIDTH - RIGHT);
            writeln!(
                svg,
                "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{right:.1}\" y2=\"{y:.1}\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                LEFT - 8.0,
                y + 4.0,
                tick((self.low + above) / self.unit.0)
            )?;
        }
        Ok(())
    }
}

/// A number of an axis: separators between thousands, no more digits than it needs.
fn tick(value: f64) -> String {
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let point = if part.is_empty() { "" } else { "." };
    if grouped == "0" && part.is_empty() {
        "0".into()
    } else {
        format!("{sign}{grouped}{point}{part}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(amounts: &[Option<f64>]) -> String {
        let bar = |amount: &Option<f64>| Bar { amount: *amount, label: "1.00".into() };
        Chart {
            title: "A bond".into(),
            subtitle: "Payments".into(),
            dates: (0..amounts.len()).map(|day| format!("2025-01-{day:02}")).collect(),
            panels: vec![Panel {
                title: "Interest",
                currency: "EUR".into(),
                colour: "#2a6f97",
                bars: amounts.iter().map(bar).collect(),
            }],
        }
        .to_svg()
    }

    #[test]
    fn every_payment_is_a_bar_of_its_height() {
        let svg = chart(&[Some(1.0), Some(2.0), None]);
        let heights: Vec<&str> =
            svg.split("height=\"").skip(3).filter_map(|rest| rest.split('"').next()).collect();
        // 320 less the place of a label, half of it, and the part of a bar that is not fixed.
        assert_eq!(heights, ["150.0", "300.0", "112.0"]);
        assert_eq!(svg.matches("class=\"open\"").count(), 1);
        assert_eq!(svg.matches("2025-01-").count(), 6);
    }

    #[test]
    fn nothing_but_numbers_is_drawn_whatever_the_amounts() {
        for amounts in [
            &[][..],
            &[None],
            &[Some(0.0)],
            &[Some(-3.0), Some(5.0)],
            &[Some(1e-9)],
            &[Some(1e24), Some(1.0)],
            &[Some(7.0); 400],
        ] {
            let svg = chart(amounts);
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{amounts:?}");
            assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
        }
    }

    #[test]
    fn ticks_are_written_as_people_do() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1_250_000.0, "1,250,000"),
            (0.5, "0.5"),
            (-1_000.25, "-1,000.25"),
        ] {
            assert_eq!(tick(value), text);
        }
    }
}
