/** Whether the runs are to be long: `NIGHTLY=1`, or `npm run reliability`. */
export const NIGHTLY = process.env["NIGHTLY"] !== undefined;
