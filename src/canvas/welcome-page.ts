/** What stands in a canvas folder that is new. The agent may replace it. */
export const welcomePage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Canvas</title>
    <style>
      :root { color-scheme: light dark; }
      body { font: 1.1rem/1.5 system-ui, sans-serif; margin: 0; }
      body { display: grid; place-content: center; min-height: 100vh; }
      p { max-width: 32rem; padding: 0 1.5rem; }
    </style>
  </head>
  <body>
    <p><strong>This is the canvas.</strong> Ask your agent to draw something here.</p>
  </body>
</html>
`;
