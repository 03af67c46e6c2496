//! `yarrow utils convert`: exact to the last RAO, both ways.

use crate::yarrow::Home;

#[test]
fn amounts_are_converted_exactly_both_ways() {
    let home = Home::new();
    let cases =
        [("0", "0"), ("1", "0.000000001"), ("1500000000", "1.5"), ("18446744073709551615", "18446744073.709551615")];
    for (rao, tao) in cases {
        for arguments in [["--rao", rao], ["--tao", tao]] {
            let report = home.reports(&[&["utils", "convert"], &arguments[..]].concat());
            assert_eq!((report["rao"].to_string().as_str(), report["tao"].as_str()), (rao, Some(tao)), "{arguments:?}");
        }
    }
    assert_eq!(home.says(&["utils", "convert", "--tao", "1234567.5"]), "τ1,234,567.5 = 1,234,567,500,000,000ρ\n");
}

#[test]
fn what_is_no_amount_is_refused() {
    let home = Home::new();
    for arguments in [["--tao", "1.0000000001"], ["--tao", "-1"], ["--rao", "1.5"], ["--rao", "18446744073709551616"]] {
        home.fails(2, &[&["utils", "convert"], &arguments[..]].concat());
    }
    home.fails(2, &["utils", "convert"]);
    home.fails(2, &["utils", "convert", "--rao", "1", "--tao", "1"]);
}
