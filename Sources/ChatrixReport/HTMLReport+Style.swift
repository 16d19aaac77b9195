extension HTMLReport {
    /// Colours are told apart by people with colour vision deficiencies, and lines by their labels.
    static let style = """

        :root {
          --page: #f4f6f8; --card: #ffffff; --text: #17202b; --soft: #5a6675; --line: #dfe4ea; --grid: #e8ecf0;
          --s1: #2f6fde; --s2: #0f8f7e; --s3: #b4640a; --s4: #7b5bc4; --good: #177a45; --bad: #c42b2b; --open: #96690a;
          --good-soft: #e0f3e8; --bad-soft: #fbe5e4; --open-soft: #fbf0d4; --outside: rgba(90, 102, 117, .09);
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #0f1318; --card: #171d24; --text: #e4e9ef; --soft: #98a5b4; --line: #2a333d; --grid: #242c35;
            --s1: #6ea0f7; --s2: #3fc1ac; --s3: #e39a4b; --s4: #ab92ea; --good: #58c98a; --bad: #f27c78; --open: #e2b54f;
            --good-soft: #16301f; --bad-soft: #3a1d1e; --open-soft: #35290f; --outside: rgba(152, 165, 180, .08);
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--page); color: var(--text);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
        main { max-width: 1360px; margin: 0 auto; padding: 28px 20px 48px; }
        h1 { font-size: 28px; line-height: 1.2; margin: 0; display: flex; flex-wrap: wrap; align-items: center; gap: 12px;
          overflow-wrap: anywhere; }
        h2 { font-size: 16px; margin: 0 0 4px; }
        p { margin: 0; }
        .kicker { color: var(--soft); font-size: 13px; margin-bottom: 4px; }
        .lead { margin-top: 8px; font-size: 16px; }
        .alert { margin-top: 12px; padding: 10px 14px; border-radius: 8px; background: var(--open-soft); color: var(--open); }
        .badge { font-size: 14px; font-weight: 600; line-height: 1.4; padding: 3px 10px; border-radius: 999px; white-space: nowrap; }
        .badge.good { background: var(--good-soft); color: var(--good); }
        .badge.bad { background: var(--bad-soft); color: var(--bad); }
        .badge.open { background: var(--open-soft); color: var(--open); }
        .facts { display: flex; flex-wrap: wrap; gap: 10px 32px; margin: 16px 0 0; }
        .facts dt { color: var(--soft); font-size: 12.5px; }
        .facts dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 18px 20px; margin: 0;
          min-width: 0; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 14px; margin: 24px 0 14px; }
        .tile { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 14px 18px; }
        .tile .value { font-size: 25px; font-weight: 650; line-height: 1.25; font-variant-numeric: tabular-nums; }
        .tile .label { font-size: 14px; }
        .tile.bad .value { color: var(--bad); }
        .note, .promise, .caption, figcaption, .empty { color: var(--soft); font-size: 13.5px; }
        .pair, .charts { display: grid; grid-template-columns: 1fr; gap: 14px; margin-bottom: 14px; }
        @media (min-width: 1000px) { .pair, .charts { grid-template-columns: 1fr 1fr; } }
        main > .card { margin-bottom: 14px; }
        .verdicts { list-style: none; margin: 8px 0 0; padding: 0; }
        .verdicts li { display: flex; gap: 12px; padding: 9px 0; border-top: 1px solid var(--line); align-items: flex-start; }
        .verdicts li:first-child { border-top: 0; }
        .verdicts li > div { flex: 1; min-width: 0; overflow-wrap: anywhere; }
        .measured { font-variant-numeric: tabular-nums; white-space: nowrap; }
        .mark { flex: none; width: 22px; height: 22px; border-radius: 50%; font-size: 13px; font-weight: 700;
          display: inline-flex; align-items: center; justify-content: center; }
        .mark.good { background: var(--good-soft); color: var(--good); }
        .mark.bad { background: var(--bad-soft); color: var(--bad); }
        .mark.open { background: var(--open-soft); color: var(--open); }
        .count { color: var(--bad); font-size: 14px; margin-left: 6px; }
        figure { display: flex; flex-direction: column; }
        figcaption { margin-bottom: 8px; }
        .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0 0 8px; padding: 0; font-size: 13px; }
        .legend li { display: flex; align-items: center; gap: 7px; }
        .legend .plain { color: var(--soft); }
        .swatch { width: 16px; height: 0; border-top: 3px solid currentColor; border-radius: 2px; }
        .swatch.faint { opacity: .55; border-top-style: dashed; border-top-width: 2px; }
        svg { display: block; width: 100%; height: auto; }
        svg text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; fill: var(--soft); }
        svg .label { fill: var(--text); }
        svg .value { fill: var(--text); font-variant-numeric: tabular-nums; }
        svg .grid { stroke: var(--grid); stroke-width: 1; }
        svg .base { stroke: var(--soft); stroke-width: 1; opacity: .6; }
        svg .outside { fill: var(--outside); }
        svg .line { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; }
        svg .line.faint { stroke-width: 1.3; opacity: .75; stroke-dasharray: 4 3; }
        svg .area { fill: currentColor; opacity: .1; }
        svg .area.bad { opacity: .25; }
        svg .dot { fill: currentColor; }
        svg .bar { fill: currentColor; opacity: .28; rx: 3px; }
        svg .cell { fill: currentColor; }
        svg .window { stroke: var(--bad); stroke-width: 2; opacity: .5; }
        .worse { color: var(--bad); } .better { color: var(--good); }
        .pair.top { margin-top: 20px; }
        table.text th, table.text td { text-align: left; white-space: normal; overflow-wrap: anywhere; }
        h3 { font-size: 14px; margin: 16px 0 0; }
        .s1 { color: var(--s1); } .s2 { color: var(--s2); } .s3 { color: var(--s3); } .s4 { color: var(--s4); }
        svg .bad, .swatch.bad { color: var(--bad); }
        .narrow, .full { display: none; }
        @media (min-width: 1000px) {
          .row { grid-column: 1 / -1; }
          .row .full { display: block; }
          .row .wide { display: none; }
        }
        @media (max-width: 560px) {
          main { padding: 18px 12px 32px; }
          .card { padding: 14px; }
          .tiles { grid-template-columns: 1fr 1fr; gap: 10px; }
          .tile { padding: 12px 14px; }
          .tile .value { font-size: 21px; }
          .narrow { display: block; }
          .wide { display: none; }
          .window thead { display: none; }
          table.window tr > td { display: inline-block; padding: 4px 10px 0 0; border-top: 0; }
          table.window tr > td.what { display: block; min-width: 0; padding: 0 0 6px; }
          .window tr { display: block; border-top: 1px solid var(--line); }
        }
        .scroll { overflow-x: auto; margin-top: 10px; }
        table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
        th, td { padding: 6px 10px; text-align: right; white-space: nowrap; border-top: 1px solid var(--line); }
        thead th { color: var(--soft); font-weight: 500; border-top: 0; }
        th:first-child, td:first-child { text-align: left; padding-left: 0; }
        tbody th { font-weight: 500; }
        .window th, .window td { text-align: left; vertical-align: top; }
        .window .what { white-space: normal; min-width: 280px; overflow-wrap: anywhere; }
        details { border-top: 1px solid var(--line); padding: 10px 0; }
        summary { cursor: pointer; overflow-wrap: anywhere; }
        summary .badge { font-size: 12.5px; padding: 1px 9px; margin-right: 4px; }
        pre { margin: 8px 0 0; padding: 12px 14px; border-radius: 8px; background: var(--page); overflow-x: auto; font-size: 13.5px; }
        code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .92em; }
        a { color: var(--s1); }
        @media print { body { background: #fff; } .card, .tile { break-inside: avoid; } }

        """
}
