//! Draws a case as SVG: what share of the dividends each validator has over the epochs, and below, for each of a few
//! miners, each validator's bond towards it.
//!
//! All panels share one legend beside them. Lines that lie on each other stay visible, because those drawn later are
//! thinner.

use std::io;

use plotters::{
    coord::Shift,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::{CaseReport, EpochReport, SimulateError};

/// Most validators that a plot shows: as many colours as stay distinct.
pub(crate) const MAX_VALIDATORS: usize = 8;
/// Most miners that a plot shows.
const MAX_MINERS: usize = 4;
/// Miners that a plot shows unless told.
const DEFAULT_MINERS: usize = 2;

const WIDTH: u32 = 800;
const TITLE_HEIGHT: u32 = 44;
const PANEL_HEIGHT: u32 = 236;
const LEGEND_WIDTH: u32 = 142;
const FONT: &str = "sans-serif";
const FULL: f64 = u16::MAX as f64;

/// Okabe and Ito's colours (without yellow, which is too pale for a line on white) and grey: also distinct to the
/// colour-blind.
const COLOURS: [RGBColor; MAX_VALIDATORS] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(0, 0, 0),
    RGBColor(136, 136, 136),
];

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<io::Error>>;

/// What a plot shows of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plot {
    /// At most eight, those with most dividends, in order of uid.
    pub validators: Vec<u16>,
    /// Validators that there would be beside them.
    pub left_out: usize,
    /// At most four.
    pub miners: Vec<u16>,
}

impl Plot {
    /// Everyone who earned dividends or had bonds, and `miners`; those with most incentive if none are named.
    ///
    /// # Errors
    /// [`SimulateError::UnknownUid`] for a miner whose uid no neuron has, [`SimulateError::TooManyMiners`] for more
    /// than a plot shows, [`SimulateError::NotReplayed`] for a case without epochs.
    pub fn of(case: &CaseReport, miners: &[u16]) -> Result<Self, SimulateError> {
        if let Some(reason) = &case.native_only {
            return Err(SimulateError::NotReplayed(reason.clone()));
        }
        if miners.len() > MAX_MINERS {
            return Err(SimulateError::TooManyMiners(MAX_MINERS));
        }
        let neurons = case.epochs.first().map_or(0, |epoch| epoch.consensus.len());
        if let Some(uid) = miners.iter().find(|uid| usize::from(**uid) >= neurons) {
            return Err(SimulateError::UnknownUid(*uid));
        }
        let earned = most(case, neurons, |epoch| &epoch.dividends);
        let validates = |uid: &u16| case.epochs.iter().any(|epoch| epoch.bonds_sparse.contains_key(uid));
        let with_bonds = (0..=u16::MAX).take(neurons).filter(|uid| validates(uid) && !earned.contains(uid));
        let mut validators: Vec<_> = earned.iter().copied().chain(with_bonds).collect();
        let left_out = validators.len().saturating_sub(MAX_VALIDATORS);
        validators.truncate(MAX_VALIDATORS);
        validators.sort_unstable();
        let mut miners = miners.to_vec();
        if miners.is_empty() {
            miners = most(case, neurons, |epoch| &epoch.incentive);
            miners.truncate(DEFAULT_MINERS);
            miners.sort_unstable();
        }
        Ok(Self { validators, left_out, miners })
    }
}

/// The uids that have any of a result, those with most over all epochs first.
fn most(case: &CaseReport, neurons: usize, result: impl Fn(&EpochReport) -> &Vec<u16>) -> Vec<u16> {
    let total = |uid: u16| -> u64 {
        case.epochs.iter().filter_map(|epoch| result(epoch).get(usize::from(uid))).map(|value| u64::from(*value)).sum()
    };
    let totals = (0..=u16::MAX).take(neurons).map(|uid| (std::cmp::Reverse(total(uid)), uid));
    let mut totals: Vec<_> = totals.filter(|(total, _)| total.0 > 0).collect();
    totals.sort_unstable();
    totals.into_iter().map(|(_, uid)| uid).collect()
}

/// Draws a case as an SVG document.
///
/// # Errors
/// [`SimulateError::Plot`] if the drawing fails.
pub fn draw(case: &CaseReport, plot: &Plot) -> Result<String, SimulateError> {
    let mut svg = String::new();
    let panels = 1 + plot.miners.len();
    let height = TITLE_HEIGHT + PANEL_HEIGHT * u32::try_from(panels).unwrap_or(1);
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
        root.fill(&WHITE)?;
        let (title, rest) = root.split_vertically(TITLE_HEIGHT);
        title.draw(&Text::new(case.name.clone(), (14, 14), (FONT, 24).into_font()))?;
        let (charts, legend) = rest.split_horizontally(WIDTH - LEGEND_WIDTH);
        let areas = charts.split_evenly((panels, 1));
        for (place, area) in areas.iter().enumerate() {
            match place.checked_sub(1).and_then(|place| plot.miners.get(place)) {
                None => dividends(case, plot).draw(area)?,
                Some(miner) => bonds(case, plot, *miner).draw(area)?,
            }
        }
        draw_legend(&legend, plot)?;
        root.present()?;
    }
    Ok(svg)
}

/// One chart: a line for each validator.
struct Panel {
    caption: String,
    ordinate: &'static str,
    /// Values over the epochs, 1 being the largest there can be.
    lines: Vec<Vec<f64>>,
}

fn dividends(case: &CaseReport, plot: &Plot) -> Panel {
    let value = |epoch: &EpochReport, uid: u16| epoch.dividends.get(usize::from(uid)).copied().unwrap_or(0);
    let caption = "Dividends of each validator".to_owned();
    Panel { caption, ordinate: "share of all", lines: lines(case, plot, value) }
}

fn bonds(case: &CaseReport, plot: &Plot, miner: u16) -> Panel {
    let value = |epoch: &EpochReport, uid: u16| epoch.bond(uid, miner);
    Panel { caption: format!("Bonds towards miner {miner}"), ordinate: "bond", lines: lines(case, plot, value) }
}

fn lines(case: &CaseReport, plot: &Plot, value: impl Fn(&EpochReport, u16) -> u16) -> Vec<Vec<f64>> {
    let line = |uid: &u16| case.epochs.iter().map(|epoch| f64::from(value(epoch, *uid)) / FULL).collect();
    plot.validators.iter().map(line).collect()
}

impl Panel {
    fn draw(&self, area: &Area) -> Drawn {
        let epochs = self.lines.first().map_or(1, Vec::len);
        let last = i32::try_from(epochs).unwrap_or(i32::MAX).max(2);
        let highest = self.lines.iter().flatten().copied().fold(0.01, f64::max);
        let mut chart = ChartBuilder::on(area)
            .caption(&self.caption, (FONT, 17))
            .margin_left(10)
            .margin_right(16)
            .margin_bottom(6)
            .x_label_area_size(42)
            .y_label_area_size(64)
            .build_cartesian_2d(1..last, 0.0..highest * 1.06)?;
        chart
            .configure_mesh()
            .x_desc("epoch")
            .y_desc(self.ordinate)
            .x_labels(11)
            .y_labels(6)
            .y_label_formatter(&|value| format!("{value:.2}"))
            .label_style((FONT, 15))
            .axis_desc_style((FONT, 16))
            .bold_line_style(BLACK.mix(0.14))
            .light_line_style(TRANSPARENT)
            .max_light_lines(1)
            .draw()?;
        for (place, line) in self.lines.iter().enumerate() {
            let points = (1..=last).zip(line.iter().copied());
            if line.len() == 1 {
                chart.draw_series(points.map(|point| Circle::new(point, 4, colour(place).filled())))?;
            } else {
                chart.draw_series(LineSeries::new(points, stroke(place, self.lines.len())))?;
            }
        }
        Ok(())
    }
}

fn colour(place: usize) -> RGBColor {
    COLOURS.get(place).copied().unwrap_or(BLACK)
}

/// The line of one of `lines` validators: the last is the thinnest.
fn stroke(place: usize, lines: usize) -> ShapeStyle {
    let width = 2 + u32::try_from(lines.saturating_sub(place + 1)).unwrap_or(0).min(2) * 2;
    colour(place).stroke_width(width)
}

fn draw_legend(area: &Area, plot: &Plot) -> Drawn {
    let text = (FONT, 16).into_font().into_text_style(area).pos(Pos::new(HPos::Left, VPos::Center));
    let row = |place: usize| 46 + 24 * i32::try_from(place).unwrap_or(0);
    for (place, uid) in plot.validators.iter().enumerate() {
        let line = vec![(4, row(place)), (32, row(place))];
        area.draw(&PathElement::new(line, stroke(place, plot.validators.len())))?;
        area.draw(&Text::new(format!("validator {uid}"), (40, row(place)), text.clone()))?;
    }
    let below = match (plot.validators.len(), plot.left_out) {
        (0, _) => "no validator".to_owned(),
        (_, 0) => return Ok(()),
        (_, more) => format!("and {more} more"),
    };
    area.draw(&Text::new(below, (4, row(plot.validators.len())), text))
}
