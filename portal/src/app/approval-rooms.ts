// The rooms of approval, in one part that is loaded by the first of them.

export { BoardRoom } from "../rooms/board/board-room";
export { BoardStepsPage } from "../rooms/board/steps-page";
export { CasePage } from "../rooms/cases/case-page";
export { MessagesRoom } from "../rooms/cases/messages-room";
export { OwnCases } from "../rooms/cases/own-cases";
export { QueueRoom } from "../rooms/cases/queue-room";
export { LicenceDeskPage } from "../rooms/licences/licence-desk-page";
export { LicencePage } from "../rooms/licences/licence-page";
export { LicencesRoom } from "../rooms/licences/licences-room";
export { ApplyPage } from "../rooms/services/apply-page";
export { ItemPage } from "../rooms/services/item-page";
export { ServicesRoom } from "../rooms/services/services-room";
