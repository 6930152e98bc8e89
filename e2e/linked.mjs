// Linked accounts for tests: a customer's consent without its page, and calls of the official SDK that carry the
// account's token, which is a header that the SDK leaves to its users.

import { SnapBi } from "./sdk.mjs";

/** Links a customer's account: its token, and those of what it can pay with, by name. */
export async function link(lunas, phone) {
  const { accessToken, paymentOptions } = await lunas.control("links", { phone, bind: true });
  return { token: accessToken, options: Object.fromEntries(paymentOptions.map(({ name, token }) => [name, token])) };
}

/** A charge on a linked account. */
export function linkedCharge(lunas, account, order, { value, option = "GOPAY_WALLET", returnUrl }) {
  return {
    partnerReferenceNo: order,
    chargeToken: account.token,
    merchantId: lunas.sandbox.merchantId,
    urlParams: [{ url: returnUrl, type: "PAY_RETURN", isDeeplink: "N" }],
    payOptionDetails: [
      {
        payMethod: "GOPAY",
        payOption: option,
        transAmount: { value, currency: "IDR" },
        additionalInfo: { paymentOptionToken: account.options[option], recurring: "N" },
      },
    ],
    additionalInfo: { customerDetails: { firstName: "Ayu" } },
  };
}

/** A direct-debit call of the SDK about a linked account. */
export function ofAccount(account, body) {
  return SnapBi.directDebit()
    .withBody(body)
    .withTransactionHeader({ "Authorization-Customer": `Bearer ${account.token}` })
    .withDeviceId("phone-1");
}
